export * from "./alerting.ts";
export { type Backoff, backoffMs } from "./backoff.ts";
export { type Box, overlapOf } from "./box.ts";
export * from "./camera-test.ts";
export * from "./camera-view.ts";
export {
  CTC_CLASSES,
  type CtcCharacter,
  type CtcMatrix,
  meanLogLikelihood,
  PLATE_ALPHABET,
  readGreedily,
  textOf,
} from "./ctc.ts";
export * from "./decision.ts";
export * from "./events.ts";
export * from "./feed.ts";
export * from "./gate-command.ts";
export * from "./gate-state.ts";
export {
  foldName,
  guessColumns,
  IMPORT_COLUMNS,
  type ImportColumn,
  type ImportRow,
} from "./import-columns.ts";
export * from "./import-plan.ts";
export {
  lookAlikePattern,
  type PlateSuggestion,
  preselectedSuggestion,
  suggestPlates,
} from "./look-alikes.ts";
export {
  isSameClass,
  isSamePlate,
  lookAlikeClass,
  normalizePlate,
  resolveLookAlikes,
} from "./plate.ts";
export { fitsFormat, formatsOf, mayStandAt, type PlateFormat } from "./plate-formats.ts";
export { indexPlates, type PlateIndex } from "./plate-index.ts";
export * from "./register.ts";
export * from "./schedule.ts";
export { readToAskAbout } from "./second-opinion.ts";
export * from "./sighting.ts";
export { type Candidate, type Vote, type VotedCharacter, voteOf } from "./vote.ts";
export * from "./vote-replay.ts";
export {
  DEFAULT_OPENING_RULES,
  DEFAULT_VOTE_RULES,
  type DoubtReason,
  type OpeningRules,
  openingRulesOf,
  type VoteRules,
  type VoteStanding,
  voteRulesUnder,
} from "./vote-rules.ts";
