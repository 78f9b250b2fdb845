/** Side of the blocks in which two thumbnails are compared. */
const BLOCK_PX = 8;
/** Grey levels of deviation from which a block has structure of its own rather than noise. */
const TEXTURED_LEVELS = 5;
/** Correlation below which structure is another one; light alone leaves it above. */
const SAME_STRUCTURE = 0.55;
/** Grey levels by which a block without structure must differ beyond the change of light. */
const FLAT_CHANGE_LEVELS = 22;

/** Mean and structure of each block of a grey thumbnail, row by row. */
export interface BlockStatistics {
  columns: number;
  means: Float32Array;
  /** Standard deviation within the block, in grey levels. */
  deviations: Float32Array;
  /** Each block's pixels less their mean; 64 a block. */
  structure: Float32Array;
}

export function statisticsOf(
  grey: Uint8Array | Float32Array,
  widthPx: number,
  heightPx: number,
): BlockStatistics {
  const columns = Math.floor(widthPx / BLOCK_PX);
  const rows = Math.floor(heightPx / BLOCK_PX);
  const pixels = BLOCK_PX * BLOCK_PX;
  const means = new Float32Array(columns * rows);
  const deviations = new Float32Array(columns * rows);
  const structure = new Float32Array(columns * rows * pixels);
  for (let block = 0; block < columns * rows; block++) {
    const corner = Math.floor(block / columns) * BLOCK_PX * widthPx + (block % columns) * BLOCK_PX;
    let sum = 0;
    for (let i = 0; i < pixels; i++) {
      const value = grey[corner + (i >> 3) * widthPx + (i & 7)] as number;
      structure[block * pixels + i] = value;
      sum += value;
    }
    const mean = sum / pixels;
    let squares = 0;
    for (let i = block * pixels; i < (block + 1) * pixels; i++) {
      const deviation = (structure[i] as number) - mean;
      structure[i] = deviation;
      squares += deviation * deviation;
    }
    means[block] = mean;
    deviations[block] = Math.sqrt(squares / pixels);
  }
  return { columns, means, deviations, structure };
}

/**
 * For each block, whether it shows something else than before. Blocks with structure are compared by
 * correlation, which light, shadow and exposure leave alone; flat ones by their level after the change
 * of light that most of the view shares.
 */
export function differs(now: BlockStatistics, before: BlockStatistics): boolean[] {
  const gain = medianGain(now, before);
  const pixels = BLOCK_PX * BLOCK_PX;
  return Array.from(now.means, (mean, block) => {
    const own = now.deviations[block] as number;
    const old = before.deviations[block] as number;
    const levels = Math.abs(mean - gain * (before.means[block] as number));
    if (Math.max(own, old) < TEXTURED_LEVELS) return levels > FLAT_CHANGE_LEVELS;
    let product = 0;
    for (let i = block * pixels; i < (block + 1) * pixels; i++) {
      product += (now.structure[i] as number) * (before.structure[i] as number);
    }
    // Noise is added to both energies, so that a faint pattern that drowns in it does not count.
    const noise = pixels * 4;
    const energies = (own * own * pixels + noise) * (old * old * pixels + noise);
    const correlation = product / Math.sqrt(energies);
    const isStructureKept = correlation >= SAME_STRUCTURE;
    return !isStructureKept && (Math.min(own, old) >= TEXTURED_LEVELS || isClear(own, old, levels));
  });
}

/** Structure that comes or goes counts when it is strong, or when the level changed with it. */
function isClear(own: number, old: number, levels: number): boolean {
  return Math.abs(own - old) > TEXTURED_LEVELS || levels > FLAT_CHANGE_LEVELS;
}

function medianGain(now: BlockStatistics, before: BlockStatistics): number {
  const gains = Float32Array.from(
    now.means,
    (mean, block) => (mean + 8) / ((before.means[block] as number) + 8),
  ).sort();
  return gains[gains.length >> 1] ?? 1;
}

/** The blocks of the largest connected region of `marks`. */
export function largestRegion(marks: readonly boolean[], columns: number): number[] {
  const seen = new Set<number>();
  let largest: number[] = [];
  for (let start = 0; start < marks.length; start++) {
    if (!marks[start] || seen.has(start)) continue;
    const region = [start];
    seen.add(start);
    for (const block of region) {
      const column = block % columns;
      const neighbours = [block - columns, block + columns];
      if (column > 0) neighbours.push(block - 1);
      if (column < columns - 1) neighbours.push(block + 1);
      for (const neighbour of neighbours) {
        if (!marks[neighbour] || seen.has(neighbour)) continue;
        seen.add(neighbour);
        region.push(neighbour);
      }
    }
    if (region.length > largest.length) largest = region;
  }
  return largest;
}
