export type AnprErrorCode =
  /** A model file or the model card is not where it should be. */
  | "model_missing"
  /** A model file's bytes are not those that the model card names. */
  | "model_corrupt"
  /** The model card describes a network that this code cannot run. */
  | "model_incompatible"
  /** The picture is no JPEG, or it is broken. */
  | "bad_image"
  /** The picture has more pixels or bytes than are accepted. */
  | "too_large"
  /** No answer within the deadline. */
  | "timeout"
  /** Too many frames for this machine: this one was old before its turn came, and was dropped. */
  | "stale"
  /** The recogniser's thread ended meanwhile; a new one is started for the next frame. */
  | "worker_died"
  /** A second engine was asked for that is not installed. */
  | "engine_missing"
  /** The recogniser was closed. */
  | "closed";

/** What keeps a picture from being read. */
export class AnprError extends Error {
  override readonly name = "AnprError";
  readonly code: AnprErrorCode;

  constructor(code: AnprErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
