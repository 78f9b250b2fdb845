/** What a screen says about the person in front of it. */
export interface PresenceCard {
  userId: string;
  displayName: string;
  role: string;
}

/** One screen's card as the channel has it. */
export interface TrackedCard extends PresenceCard {
  inHand: string | null;
}

/** A person with at least one screen open. */
export interface OnDuty extends PresenceCard {
  /** The alerts that this person has in hand, on any of their screens. */
  inHand: string[];
}

const isCard = (card: unknown): card is TrackedCard =>
  typeof card === "object" &&
  card !== null &&
  typeof (card as TrackedCard).userId === "string" &&
  typeof (card as TrackedCard).displayName === "string";

/** People by name, each once however many screens they have; cards in another form are skipped. */
export function onDutyOf(cards: readonly unknown[]): OnDuty[] {
  const people = new Map<string, OnDuty>();
  for (const card of cards) {
    if (!isCard(card)) continue;
    const { userId, displayName, role } = card;
    const person = people.get(userId) ?? { userId, displayName, role, inHand: [] };
    if (card.inHand && !person.inHand.includes(card.inHand)) person.inHand.push(card.inHand);
    people.set(userId, person);
  }
  return [...people.values()].sort((a, b) => a.displayName.localeCompare(b.displayName));
}
