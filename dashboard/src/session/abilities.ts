import type { Role } from "@portero/store";

/** What the screens offer. The database decides the same again, whatever is shown. */
const ABILITIES = {
  /** Open, refuse, correct, register a visitor. */
  guard: ["owner", "admin", "guard"],
  editRegister: ["owner", "admin"],
  editPasses: ["owner", "admin", "guard"],
  managePeople: ["owner", "admin"],
  manageSites: ["owner", "admin"],
  managePrivacy: ["owner", "admin"],
  readRecord: ["owner", "admin"],
} satisfies Record<string, readonly Role[]>;

export type Ability = keyof typeof ABILITIES;

export function may(role: Role, ability: Ability): boolean {
  return (ABILITIES[ability] as readonly Role[]).includes(role);
}
