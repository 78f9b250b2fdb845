/** `off`: nobody has been asked yet. `blocked`: refused, or this browser has none. */
export type NoticeState = "on" | "off" | "blocked";

const listeners = new Set<() => void>();

export function noticeState(): NoticeState {
  if (!("Notification" in window) || !window.isSecureContext) return "blocked";
  const { permission } = Notification;
  return permission === "granted" ? "on" : permission === "denied" ? "blocked" : "off";
}

export function watchNotices(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks the person; browsers want a press for it. */
export async function allowNotices(): Promise<void> {
  await Notification.requestPermission();
  for (const listener of listeners) listener();
}

/** Calls somebody who looks at another window. One notice for each `tag`: the next one takes its place. */
export function notify(title: string, body: string, tag: string): void {
  if (noticeState() !== "on" || !document.hidden) return;
  try {
    const notice = new Notification(title, { body, tag, icon: "/icon-192.png" });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  } catch {
    // Phones allow notices from service workers alone: there the sound and the badge must do.
  }
}
