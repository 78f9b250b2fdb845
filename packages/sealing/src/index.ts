export {
  fingerprintOf,
  generateSiteKeyPair,
  open,
  type SealingContext,
  SealingError,
  type SealingErrorCode,
  type SiteKeyPair,
  seal,
} from "./sealing.ts";
