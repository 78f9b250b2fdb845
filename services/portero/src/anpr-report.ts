/** One vehicle whose true plate somebody has said: a guard who corrected it, or the register that admitted it. */
export interface KnownPlate {
  eventId: string;
  camera: string;
  /** 0 to 23, in the condominium's time zone. */
  hour: number;
  /** What was read; "" where nothing was. */
  read: string;
  truth: string;
  saidBy: "guard" | "register";
  /** The plate's picture in the bucket. */
  picturePath: string | null;
}

export interface Accuracy {
  vehicles: number;
  exact: number;
}

export interface AnprReport extends Accuracy {
  corrected: number;
  /** The worst first. */
  cameras: (Accuracy & { name: string })[];
  /** Only hours in which a vehicle came. */
  hours: (Accuracy & { hour: number })[];
  /** Of reads as long as the plate; the first character is position 1. */
  positions: { position: number; characters: number; right: number }[];
  /** Reads with a character too many or too few, or none at all. */
  otherLength: number;
  /** What was taken for what, the commonest first. */
  confusions: { read: string; truth: string; count: number }[];
}

const MOST_CONFUSIONS = 15;

/** How well the plates were read, by camera, hour and place in the plate. */
export function anprReport(known: readonly KnownPlate[]): AnprReport {
  const accuracyOf = (plates: readonly KnownPlate[]): Accuracy => ({
    vehicles: plates.length,
    exact: plates.filter(({ read, truth }) => read === truth).length,
  });
  const shareOf = ({ exact, vehicles }: Accuracy) => exact / vehicles;
  const sameLength = known.filter(({ read, truth }) => read.length === truth.length);
  const places = sameLength.flatMap(({ read, truth }) =>
    [...truth].map((character, place) => ({ place, truth: character, read: read.charAt(place) })),
  );
  const confusions = Map.groupBy(
    places.filter(({ read, truth }) => read !== truth),
    ({ read, truth }) => `${read}${truth}`,
  );
  return {
    ...accuracyOf(known),
    corrected: known.filter(({ saidBy }) => saidBy === "guard").length,
    cameras: [...Map.groupBy(known, ({ camera }) => camera)]
      .map(([name, plates]) => ({ name, ...accuracyOf(plates) }))
      .sort((a, b) => shareOf(a) - shareOf(b)),
    hours: [...Map.groupBy(known, ({ hour }) => hour)]
      .map(([hour, plates]) => ({ hour, ...accuracyOf(plates) }))
      .sort((a, b) => a.hour - b.hour),
    positions: [...Map.groupBy(places, ({ place }) => place)]
      .map(([place, characters]) => ({
        position: place + 1,
        characters: characters.length,
        right: characters.filter(({ read, truth }) => read === truth).length,
      }))
      .sort((a, b) => a.position - b.position),
    otherLength: known.length - sameLength.length,
    confusions: [...confusions.values()]
      .map((pairs) => ({
        read: pairs[0]?.read ?? "",
        truth: pairs[0]?.truth ?? "",
        count: pairs.length,
      }))
      .sort((a, b) => b.count - a.count || (a.truth < b.truth ? -1 : 1))
      .slice(0, MOST_CONFUSIONS),
  };
}

/** The report as lines for a terminal. */
export function linesOf(report: AnprReport): string[] {
  const percent = (part: number, whole: number) =>
    `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`.padStart(8);
  const row = (name: string, part: number, whole: number) =>
    `  ${name.padEnd(28)}${String(whole).padStart(8)}${percent(part, whole)}`;
  return [
    `${report.vehicles} vehicles whose plate is known: ${report.corrected} said by a guard, the others admitted by the register.`,
    "A vehicle that nobody corrected and nobody knows is not counted, so true accuracy may lie lower.",
    "",
    `  ${"".padEnd(28)}vehicles   exact`,
    row("all", report.exact, report.vehicles),
    ...report.cameras.map(({ name, exact, vehicles }) => row(name, exact, vehicles)),
    "",
    "by hour",
    ...report.hours.map(({ hour, exact, vehicles }) =>
      row(`${String(hour).padStart(2, "0")}:00`, exact, vehicles),
    ),
    "",
    `by place in the plate (${report.otherLength} reads had another length)`,
    ...report.positions.map(({ position, right, characters }) =>
      row(`character ${position}`, right, characters),
    ),
    ...(report.confusions.length === 0 ? [] : ["", "read → true"]),
    ...report.confusions.map(({ read, truth, count }) => `  ${read} → ${truth}  ${count}`),
  ];
}
