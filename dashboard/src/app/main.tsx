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

const RELOADED_KEY = "portero.reloadedAt";

/** A part that is not there any more belongs to a version that has been replaced: the page begins again with the new one. */
function reloadForNewVersion(event: Event): void {
  const lastMs = Number(sessionStorage.getItem(RELOADED_KEY));
  if (Date.now() - lastMs < 60_000) return;
  event.preventDefault();
  sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
  location.reload();
}

async function start(): Promise<void> {
  window.addEventListener("vite:preloadError", reloadForNewVersion);
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
