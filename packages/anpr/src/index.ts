export { AnprError, type AnprErrorCode } from "./anpr-error.ts";
export { DETECTOR_SIDE_PX } from "./detector.ts";
export { createEngine, type Engine, type EngineOptions } from "./engine.ts";
export { measureJpeg } from "./jpeg.ts";
export { MODELS_DIR } from "./models.ts";
export { drawReads, type PhotoOptions, type PhotoReading, readPhoto } from "./photo.ts";
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
