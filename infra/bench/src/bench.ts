/** One measurement that `npm run bench -- <name>` runs. */
export interface Bench {
  name: string;
  /** One line for the list of benches. */
  summary: string;
  run(args: string[]): Promise<void>;
}
