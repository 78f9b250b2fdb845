/** What of a typed text can be part of a plate in comparison form; "" for nothing. */
export function fieldPlate(typed: string): string {
  return typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .slice(0, 10);
}
