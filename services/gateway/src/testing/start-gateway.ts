import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGatewayStore } from "@portero/store";
import { startProject, type TestProject } from "@portero/testing";
import type { FastifyInstance } from "fastify";
import { createGateway } from "../app.ts";

export interface TestGateway {
  project: TestProject;
  app: FastifyInstance;
  stop(): Promise<void>;
}

/** A gateway with a project of its own and a page to serve, as `main.ts` builds it; nothing listens. */
export async function startGateway(): Promise<TestGateway> {
  const project = await startProject();
  const folder = await mkdtemp(join(tmpdir(), "portero-gateway-"));
  await writeFile(join(folder, "index.html"), "<p>desk</p>");
  const { url: supabaseUrl, publishableKey, secretKey } = project.supabase;
  const app = await createGateway(
    folder,
    { supabaseUrl, publishableKey, realtimeTransport: "broadcast" },
    {
      store: createGatewayStore({ supabaseUrl, publishableKey, secretKey }),
      landingUrl: () => "http://localhost:8080/welcome",
      onFault: () => {},
    },
  );
  return {
    project,
    app,
    async stop() {
      await app.close();
      await project.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
