import { type Static, Type } from "typebox";

/** What can go wrong at a camera, on demand. */
export const Fault = Type.Object(
  {
    kind: Type.Union([
      /** ResponseStatus 2. */
      Type.Literal("busy"),
      /** ResponseStatus 3. */
      Type.Literal("device_error"),
      /** An error as XML, with HTTP 200. */
      Type.Literal("xml_with_200"),
      Type.Literal("xml_bomb"),
      Type.Literal("truncated_picture"),
      Type.Literal("huge_picture"),
      Type.Literal("not_jpeg"),
      Type.Literal("black_picture"),
      /** Answers after `delayMs`. */
      Type.Literal("slow"),
      /** Never answers. */
      Type.Literal("hang"),
      /** Closes the connection at once, and does nothing. */
      Type.Literal("drop"),
      /** Does what it was asked, then closes the connection without an answer. */
      Type.Literal("lose_answer"),
      /** Every nonce is too old at once. */
      Type.Literal("stale_nonce"),
      /** The password has been changed at the camera. */
      Type.Literal("wrong_password"),
      /** The event stream says nothing more. */
      Type.Literal("silent_stream"),
      /** The event stream is refused. */
      Type.Literal("no_stream"),
      /** The clock is wrong by `skewMs`. */
      Type.Literal("clock_skew"),
    ]),
    /** How often, then it is over. Without it, until cleared. */
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Only requests whose path contains this, e.g. `picture`, `trigger`. */
    path: Type.Optional(Type.String()),
    delayMs: Type.Optional(Type.Integer({ minimum: 0 })),
    skewMs: Type.Optional(Type.Integer()),
  },
  { additionalProperties: false },
);

export type Fault = Static<typeof Fault>;

/** The faults of one camera that are in force. */
export class FaultBox {
  #faults: { fault: Fault; left: number }[] = [];

  set(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault of this kind, if it is in force for this path; counts as one use. */
  take(kind: Fault["kind"], path: string): Fault | null {
    const found = this.#faults.find(
      (entry) => entry.fault.kind === kind && path.includes(entry.fault.path ?? ""),
    );
    if (!found) return null;
    found.left -= 1;
    if (found.left <= 0) this.#faults = this.#faults.filter((entry) => entry !== found);
    return found.fault;
  }

  list(): Fault[] {
    return this.#faults.map(({ fault }) => fault);
  }
}
