/** Buffers that are used again: a frame's pixels are megabytes, many times a second. */
export interface Buffers {
  take(length: number): Uint8Array;
  giveBack(buffer: Uint8Array): void;
}

/** Keeps at most `limit` buffers that nobody uses. */
export function createBuffers(limit: number): Buffers {
  const free: Uint8Array[] = [];
  return {
    take(length) {
      const at = free.findIndex((buffer) => buffer.length === length);
      return at < 0 ? new Uint8Array(length) : (free.splice(at, 1)[0] as Uint8Array);
    },
    giveBack(buffer) {
      free.push(buffer);
      if (free.length > limit) free.shift();
    },
  };
}
