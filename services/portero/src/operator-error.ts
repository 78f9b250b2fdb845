/** Something that the operator can put right: the message says what, where, and what to do. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}
