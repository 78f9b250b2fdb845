import { createLog, loadConfig, runProcess, Secret } from "@portero/runtime";
import { Type } from "typebox";
import { CameraConfig } from "./camera-config.ts";
import { startCameraSimulator } from "./camera-simulator.ts";

/** `CAMERAS` is a JSON list; with `CONTROL_TOKEN` there is a control API. */
const SimulatorConfig = Type.Object({
  cameras: Type.Array(CameraConfig, { minItems: 1 }),
  controlToken: Type.Optional(Secret({ minLength: 16 })),
  controlPort: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
});

await runProcess("camera-simulator", async (signal) => {
  const log = createLog("camera-simulator");
  const { cameras, controlToken, controlPort = 0 } = loadConfig(SimulatorConfig, process.env);
  const simulator = await startCameraSimulator({
    cameras,
    ...(controlToken && { control: { token: controlToken, port: controlPort } }),
    onFailure: (err, cameraId) => log.error({ err, cameraId }, "the lane cannot move on"),
  });
  const addresses = simulator.cameras.map(({ id, url }) => ({ id, url }));
  log.info({ cameras: addresses, controlUrl: simulator.controlUrl }, "the cameras are ready");
  process.send?.({ ready: { cameras: addresses, controlUrl: simulator.controlUrl } });
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  await simulator.stop();
});
