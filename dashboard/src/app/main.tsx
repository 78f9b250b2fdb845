import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./tokens.css";
import "@mantine/core/styles/baseline.layer.css";
import "@mantine/core/styles/default-css-variables.layer.css";
import { createDeskClient, createDeskData } from "@portero/store";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { readConfig } from "./config.ts";
import { startWords } from "./i18n.ts";
import { preferences } from "./preferences.ts";

async function start(): Promise<void> {
  const root = createRoot(document.getElementById("root") as HTMLElement);
  const words = startWords(preferences().language);
  try {
    const [config] = await Promise.all([readConfig(), words]);
    const client = createDeskClient(config);
    root.render(<App data={createDeskData(client, config.realtimeTransport)} />);
  } catch (error) {
    await words;
    const { StartFault } = await import("./StartFault.tsx");
    root.render(<StartFault detail={String(error)} />);
  }
}

void start();
