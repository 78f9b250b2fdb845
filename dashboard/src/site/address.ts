/** What a person types for a camera, as `http://host[:port]`; undefined while it is no address. */
export function baseUrlOf(typed: string): string | undefined {
  const text = typed.trim().replace(/\/+$/, "");
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `http://${text}`);
  if (!url || url.username || url.password || url.pathname !== "/" || url.search || url.hash) {
    return undefined;
  }
  return /^https?:\/\/[^\s/@:]{1,253}(:[0-9]{1,5})?$/.test(url.origin) && url.hostname !== ""
    ? url.origin
    : undefined;
}
