export function PassesPage() {
  return null;
}
