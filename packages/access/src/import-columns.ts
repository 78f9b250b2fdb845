/** What a line of a register list may hold, in the order in which it is exported. */
export const IMPORT_COLUMNS = [
  "unit",
  "resident",
  "phone",
  "email",
  "plate",
  "description",
  "notes",
] as const;

export type ImportColumn = (typeof IMPORT_COLUMNS)[number];

/** One line of a list, cell by cell as it was written. */
export type ImportRow = Partial<Record<ImportColumn, string>>;

/** Characters that a cell may have: the columns' limits in the database. */
export const IMPORT_LIMITS: Record<ImportColumn, number> = {
  unit: 60,
  resident: 120,
  phone: 40,
  email: 254,
  plate: 40,
  description: 120,
  notes: 500,
};
/** Column heads as people write them in Spanish, Portuguese and English, folded. */
const HEADS: Record<ImportColumn, readonly string[]> = {
  unit: words("casa unidad unidade house unit lote depto departamento apartamento apto vivienda"),
  resident: words(
    "residente nombre propietario condomino inquilino morador nome proprietario resident name owner tenant",
  ),
  phone: words("telefono tel celular movil whatsapp telefone phone mobile"),
  email: words("correo email e-mail mail correo_electronico"),
  plate: words("placa placas matricula patente plate plates license_plate license"),
  description: words(
    "descripcion vehiculo auto carro coche modelo marca color descricao veiculo description vehicle car model",
  ),
  notes: words("notas nota observaciones comentarios observacoes notes comments"),
};

function words(text: string): string[] {
  return text.split(" ").map((word) => word.replaceAll("_", " "));
}

const PLAIN = /^[ -~]*$/;

/** A text as two lists are compared: without case, accents, invisible characters and repeated blanks. */
export function foldName(text: string): string {
  // Most cells of a long list have nothing to decompose, and looking costs most of the time that a plan takes.
  const letters = PLAIN.test(text) ? text : text.normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "");
  return letters.toLowerCase().replace(/\s+/g, " ").trim();
}

function columnOf(head: string): ImportColumn | null {
  const folded = foldName(head).replace(/[:.*]/g, "");
  for (const column of IMPORT_COLUMNS) {
    if (HEADS[column].includes(folded)) return column;
  }
  const [first = ""] = folded.split(/[\s/(]/);
  return IMPORT_COLUMNS.find((column) => HEADS[column].includes(first)) ?? null;
}

export interface ColumnGuess {
  /** False where the first line is a line like the others. */
  hasHead: boolean;
  /** What each column of the list holds; null for one to leave out. */
  columns: (ImportColumn | null)[];
}

/** Reads a list's first line: its heads, each used once, or else the order of an export. */
export function guessColumns(firstLine: readonly string[]): ColumnGuess {
  const seen = new Set<ImportColumn>();
  const columns = firstLine.map((head) => {
    const column = columnOf(head);
    if (column === null || seen.has(column)) return null;
    seen.add(column);
    return column;
  });
  // "Casa 14" begins like a head: one known word alone is a head only where nothing else could be meant.
  const heads = firstLine.filter((head) => columnOf(head) !== null && !/\d/.test(head));
  if (heads.length >= Math.min(2, firstLine.length)) return { hasHead: true, columns };
  return { hasHead: false, columns: firstLine.map((_, at) => IMPORT_COLUMNS[at] ?? null) };
}

/** Without control characters and outer blanks; an apostrophe that shields a spreadsheet from a formula goes too. */
export function cleaned(cell: string | undefined): string {
  if (!cell) return "";
  const text = cell
    .normalize("NFC")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go.
    .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ")
    .trim()
    .replace(/^'(?=[=+\-@])/, "");
  return foldName(text) === "" ? "" : text;
}
