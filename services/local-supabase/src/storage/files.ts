import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createReadStream, type ReadStream } from "node:fs";
import { link, mkdir, open, readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { tooLarge } from "./errors.ts";

/** What is known of a file once it is on disk. */
export interface StoredFile {
  version: string;
  sizeBytes: number;
  etag: string;
}

/**
 * Contents of objects. A file is named by its object's `version`, a random id: no name that comes from outside ever
 * becomes a path, and a file never changes once written.
 */
export class Files {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves when the content would survive a power cut. @throws {StorageError} `EntityTooLarge`, leaving no file */
  async write(content: Readable, maxBytes: number): Promise<StoredFile> {
    const version = randomUUID();
    const path = await this.#makeRoom(version);
    const file = await open(path, "wx", 0o600);
    const hash = createHash("md5");
    let sizeBytes = 0;
    try {
      for await (const chunk of content) {
        sizeBytes += chunk.length;
        if (sizeBytes > maxBytes) throw tooLarge();
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
      await this.#syncFolder(version);
    } catch (error) {
      await unlink(path);
      throw error;
    } finally {
      await file.close();
    }
    return { version, sizeBytes, etag: `"${hash.digest("hex")}"` };
  }

  /** The same content under a version of its own; nothing where there is none. */
  async copy(version: string): Promise<string | undefined> {
    const next = randomUUID();
    const path = await this.#makeRoom(next);
    const isThere = await link(this.#pathOf(version), path).then(() => true, ignoreMissing);
    if (!isThere) return undefined;
    await this.#syncFolder(next);
    return next;
  }

  /** From `start` to `end`, both included, already open: what is replaced meanwhile can still be read. */
  async read(
    version: string,
    range: { start: number; end: number },
  ): Promise<ReadStream | undefined> {
    const stream = createReadStream(this.#pathOf(version), range);
    const isThere = await once(stream, "open").then(() => true, ignoreMissing);
    return isThere ? stream : undefined;
  }

  async remove(versions: (string | null)[]): Promise<void> {
    for (const version of versions) {
      if (version) await unlink(this.#pathOf(version)).catch(ignoreMissing);
    }
  }

  /** Versions of files older than `ageMs`, a folder at a time. */
  async *olderThan(ageMs: number): AsyncGenerator<string[]> {
    const folders = await readdir(this.#folder).catch(() => []);
    for (const folder of folders) {
      const old: string[] = [];
      for (const version of await readdir(join(this.#folder, folder))) {
        const facts = await stat(this.#pathOf(version)).catch(ignoreMissing);
        if (facts && Date.now() - facts.mtimeMs > ageMs) old.push(version);
      }
      yield old;
    }
  }

  #pathOf(version: string): string {
    return join(this.#folder, version.slice(0, 2), version);
  }

  async #makeRoom(version: string): Promise<string> {
    await mkdir(join(this.#folder, version.slice(0, 2)), { recursive: true, mode: 0o700 });
    return this.#pathOf(version);
  }

  /** The name in the folder must reach the disk like the content. */
  async #syncFolder(version: string): Promise<void> {
    if (process.platform === "win32") return;
    const folder = await open(join(this.#folder, version.slice(0, 2)));
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): false {
  if (error.code !== "ENOENT") throw error;
  return false;
}
