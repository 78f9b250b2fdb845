export { AnprError, type AnprErrorCode } from "./anpr-error.ts";
export type {
  Detection,
  Recognition,
  RecognizeOptions,
  Recognizer,
  SceneReading,
  SecondEngine,
  StageTimings,
} from "./recognition.ts";
export { createRecognizer, type RecognizerOptions } from "./recognizer.ts";
