/** The topics of one gate. `command` and `clock` go to the barrier, the others come from it. */
export interface GateTopics {
  command: string;
  ack: string;
  /** Retained. */
  report: string;
  /** Retained: `online`, or `offline` by the controller's last will. */
  availability: string;
  clock: string;
  clockQuestion: string;
}

/** The topics of the gate with this id, which is a UUID and so holds no wildcard. */
export function topicsOf(gateId: string): GateTopics {
  const root = `portero/gates/${gateId}`;
  return {
    command: `${root}/command`,
    ack: `${root}/ack`,
    report: `${root}/state`,
    availability: `${root}/availability`,
    clock: `${root}/clock`,
    clockQuestion: `${root}/clock/question`,
  };
}

/** What a broker should let one account do. */
export interface GateRights {
  publish: readonly string[];
  subscribe: readonly string[];
}

/** The least rights of the two ends of a gate, for a broker's access list. */
export function rightsOf(role: "worker" | "controller", gateId: string): GateRights {
  const topics = topicsOf(gateId);
  const toBarrier = [topics.command, topics.clock];
  const fromBarrier = [topics.ack, topics.report, topics.availability, topics.clockQuestion];
  return role === "worker"
    ? { publish: toBarrier, subscribe: fromBarrier }
    : { publish: fromBarrier, subscribe: toBarrier };
}
