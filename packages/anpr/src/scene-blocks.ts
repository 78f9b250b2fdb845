/** Side of the blocks in which two thumbnails are compared. */
const BLOCK_PX = 8;
const BLOCK_PIXELS = BLOCK_PX * BLOCK_PX;
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

/** How many whole blocks a thumbnail has. */
export function blocksOf(widthPx: number, heightPx: number): number {
  return Math.floor(widthPx / BLOCK_PX) * Math.floor(heightPx / BLOCK_PX);
}

export function statisticsOf(
  grey: Uint8Array | Float32Array,
  widthPx: number,
  heightPx: number,
): BlockStatistics {
  const columns = Math.floor(widthPx / BLOCK_PX);
  const rows = Math.floor(heightPx / BLOCK_PX);
  const means = new Float32Array(columns * rows);
  const deviations = new Float32Array(columns * rows);
  const structure = new Float32Array(columns * rows * BLOCK_PIXELS);
  for (let block = 0; block < columns * rows; block++) {
    const corner = Math.floor(block / columns) * BLOCK_PX * widthPx + (block % columns) * BLOCK_PX;
    let sum = 0;
    for (let i = 0; i < BLOCK_PIXELS; i++) {
      const value = grey[corner + (i >> 3) * widthPx + (i & 7)] as number;
      structure[block * BLOCK_PIXELS + i] = value;
      sum += value;
    }
    const mean = sum / BLOCK_PIXELS;
    let squares = 0;
    for (let i = block * BLOCK_PIXELS; i < (block + 1) * BLOCK_PIXELS; i++) {
      const deviation = (structure[i] as number) - mean;
      structure[i] = deviation;
      squares += deviation * deviation;
    }
    means[block] = mean;
    deviations[block] = Math.sqrt(squares / BLOCK_PIXELS);
  }
  return { columns, means, deviations, structure };
}

/**
 * For each block, whether it shows something else than before. Blocks with structure are compared by
 * correlation, which light, shadow and exposure leave alone; flat ones by their level after the change
 * of light that most of the view shares. The view's own noise is measured and taken off.
 */
export function differs(now: BlockStatistics, before: BlockStatistics): boolean[] {
  const gain = medianGain(now, before);
  const noise = noiseOf(now, before, gain);
  const ownNoise = noise * noise;
  return Array.from(now.means, (mean, block) => {
    const own = Math.sqrt(Math.max(0, square(now.deviations[block]) - ownNoise));
    const old = Math.sqrt(Math.max(0, square(before.deviations[block]) - ownNoise));
    const levels = Math.abs(mean - gain * (before.means[block] as number));
    const hasNewLevel = levels > FLAT_CHANGE_LEVELS;
    if (Math.max(own, old) < TEXTURED_LEVELS) return hasNewLevel;
    const product = covarianceOf(now, before, block);
    // A little is added to both, so that a faint pattern that drowns in noise does not count.
    const correlation = product / ((own + 2) * (old + 2));
    if (correlation >= SAME_STRUCTURE) return false;
    return Math.min(own, old) >= TEXTURED_LEVELS || Math.abs(own - old) > TEXTURED_LEVELS;
  });
}

/** Mean product of the pixels' deviations of both thumbnails in one block. */
function covarianceOf(now: BlockStatistics, before: BlockStatistics, block: number): number {
  let product = 0;
  for (let i = block * BLOCK_PIXELS; i < (block + 1) * BLOCK_PIXELS; i++) {
    product += (now.structure[i] as number) * (before.structure[i] as number);
  }
  return product / BLOCK_PIXELS;
}

/** Deviation between both thumbnails in the quarter of blocks that differ least: noise, not things. */
function noiseOf(now: BlockStatistics, before: BlockStatistics, gain: number): number {
  const deviations = Float32Array.from(now.means, (_, block) => {
    let squares = 0;
    for (let i = block * BLOCK_PIXELS; i < (block + 1) * BLOCK_PIXELS; i++) {
      const difference = (now.structure[i] as number) - gain * (before.structure[i] as number);
      squares += difference * difference;
    }
    return Math.sqrt(squares / BLOCK_PIXELS);
  }).sort();
  return deviations[deviations.length >> 2] ?? 0;
}

function square(value: number | undefined): number {
  return (value ?? 0) * (value ?? 0);
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
