// Runs a TypeScript entry point with the Node that package.json pins, after installing what the lock file names.
// Plain JavaScript for any Node >= 18: it is the first thing that runs on a fresh clone.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const windows = process.platform === "win32";
const modifiedMs = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

// npm writes node_modules/.package-lock.json last, so an interrupted installation counts as none.
const installedMs = modifiedMs(join(root, "node_modules/.package-lock.json"));
if (installedMs < modifiedMs(join(root, "package-lock.json"))) {
  process.stderr.write("Installing dependencies from package-lock.json (once) …\n");
  const npm = process.env.npm_execpath
    ? [process.execPath, [process.env.npm_execpath]]
    : [windows ? "npm.cmd" : "npm", []];
  const installed = spawnSync(
    npm[0],
    [...npm[1], "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: root,
      stdio: ["ignore", 2, "inherit"],
      shell: windows,
    },
  );
  if (installed.status !== 0) {
    process.stderr.write(
      "The installation failed; npm's message stands above. Check the network and run the command again.\n",
    );
    process.exit(1);
  }
}

const pinned = join(root, "node_modules/.bin", windows ? "node.cmd" : "node");
const major = Number(process.versions.node.split(".")[0]);
if (!existsSync(pinned) && major < 24) {
  process.stderr.write(
    `npm has no Node 24 for ${process.platform}-${process.arch}, and this is Node ${process.versions.node}. Install Node 24 or newer and run the command again.\n`,
  );
  process.exit(1);
}
const node = existsSync(pinned) ? pinned : process.execPath;
const [entry, ...args] = process.argv.slice(2);
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, entry), ...args], {
  stdio: "inherit",
  shell: windows,
  // Types are stripped and modules compiled once: halves the CPU time of every later start.
  env: { NODE_COMPILE_CACHE: join(root, "node_modules/.cache/node"), ...process.env },
});
// The terminal sends Ctrl-C to the whole group; a service manager signals this process alone: pass it on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
