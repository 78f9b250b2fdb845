import {
  type AlertReason,
  type Decision,
  decideAccess,
  emptyLane,
  forGuard,
  type GateMode,
  type Lane,
  observe,
  type Passage,
  readToAskAbout,
  type Sighting,
  type Vote,
  voteOf,
  voteRulesUnder,
  withSecondOpinion,
} from "@portero/access";
import type { Recognition, Recognizer } from "@portero/anpr";
import type { Log } from "@portero/runtime";
import type { SiteCamera, SiteGate } from "@portero/store";
import { v7 as uuidv7 } from "uuid";
import { decisionRecord, leftEvent, plateOf, sightingEvent, standingEvent } from "./evidence.ts";
import type { GateKeeper, OpeningStep } from "./gate-keeper.ts";
import type { Journal } from "./journal/journal.ts";
import type { CommandRecord, OpenAlert } from "./journal/records.ts";
import { picturesOf } from "./pictures.ts";
import type { KnownRegister, RegisterCache } from "./register-cache.ts";
import { isSettled, type Visit, Visits } from "./visits.ts";

/** One picture of a camera. */
export interface Frame {
  /** As the camera gave it: whoever shows it has to pass the camera's masks on. */
  jpeg: Uint8Array;
  /** When it had arrived; Unix ms. */
  capturedAtMs: number;
  /** The same moment on the monotonic clock. */
  receivedAtMs: number;
  /** When it was asked for, on the monotonic clock: it shows nothing older. */
  askedAtMs: number;
}

export interface PipelineOptions {
  tenantId: string;
  camera: SiteCamera;
  /** Null for a camera that only watches. */
  gate: SiteGate | null;
  keeper: GateKeeper | null;
  recognizer: Recognizer;
  register: RegisterCache;
  journal: Journal;
  maxRegisterAgeMs: number;
  onRecorded(): void;
  onStep(step: OpeningStep, frame: Frame): void;
  log: Log;
}

/** An automatic command is worthless this long after its frame was captured (safety G3). */
const COMMAND_LIFETIME_MS = 5000;
/** The same plate at the same gate does not open again before this time (safety G9). */
const REARM_MS = 30_000;
/** A vehicle whose plate stays doubtful waits for the guard after this time. */
const DOUBT_MS = 2500;
/** Something of a vehicle's size that shows no plate waits for the guard after this time. */
const NO_PLATE_MS = 5000;

/** What one frame did to the lane, for whoever paces the camera. */
export interface LaneView {
  hasVehicle: boolean;
  recognition: Recognition;
}

/** The way of one camera's frames: frame → detect → read → sighting → decide → act → record. */
export function createPipeline(options: PipelineOptions) {
  const { camera, recognizer, register, journal, onRecorded, log } = options;
  const needsSecondOpinion = recognizer.secondEngine !== "off";
  const passage: Passage =
    camera.direction === "entry" ? "entry" : options.gate ? "gated_exit" : "free_exit";
  const visits = new Visits();
  const openings = new Set<Promise<void>>();
  let lane: Lane = emptyLane();

  async function onFrame(frame: Frame, signal: AbortSignal): Promise<LaneView> {
    const scene = { camera: camera.id, capturedAtMs: frame.capturedAtMs };
    const recognition = await recognizer.recognize(
      frame.jpeg,
      { scene, masks: camera.masks, zone: camera.zone },
      signal,
    );
    const known = register.current();
    if (known) {
      await lookAt(frame.capturedAtMs);
      const seen = observe(lane, { ...recognition, capturedAtMs: frame.capturedAtMs });
      lane = seen.lane;
      for (const sighting of seen.updated) {
        await onSighting(sighting, { frame, recognition, known }, signal).catch((err) => {
          // One vehicle that cannot be decided about must not hide the others in the picture.
          if (signal.aborted) throw err;
          log.error({ err, cameraId: camera.id }, "a sighting could not be decided");
        });
      }
      await onPresence({ frame, recognition, known }, signal);
    }
    const hasVehicle = lane.sightings.length > 0 || (recognition.scene?.isOccupied ?? false);
    return { hasVehicle, recognition };
  }

  async function onSighting(sighting: Sighting, seen: Seen, signal: AbortSignal): Promise<void> {
    const startedMs = performance.now();
    const vote = await voteWithSecondOpinion(sighting, seen, signal);
    const voteMs = performance.now() - startedMs;
    const visit = visits.of(sighting, vote, seen.frame);
    if (isSettled(visit)) return;
    const decision = await decide(vote, seen);
    const finding = { sighting, vote, decision, ifSure: decision.kind, voteMs };
    switch (decision.kind) {
      case "grant":
        return admit(visit, finding, seen, signal);
      case "deny":
        return alert(visit, finding, seen, signal);
      case "alert":
        return alert(visit, finding, seen, signal);
      case "note":
        return note(visit, finding, seen, signal);
      case "wait": {
        // It stands there, and more frames did not help: a person has to look.
        if (seen.frame.capturedAtMs - visit.firstSeenMs < DOUBT_MS || !isPlausible(finding)) return;
        const ifSure = (await decide({ ...vote, isSure: true }, seen)).kind;
        const doubtful = { ...finding, decision: forGuard("unsure_read", passage), ifSure };
        const tell = passage === "free_exit" ? note : alert;
        return tell(visit, doubtful, seen, signal);
      }
    }
  }

  async function voteWithSecondOpinion(
    sighting: Sighting,
    { frame, known }: Seen,
    signal: AbortSignal,
  ): Promise<Vote> {
    const voteRules = { ...voteRulesUnder(known.rules), needsSecondOpinion };
    const vote = voteOf(sighting, known.index, voteRules);
    const read = needsSecondOpinion ? readToAskAbout(sighting, vote, DOUBT_MS) : null;
    const opinion = read && (await recognizer.askSecond(frame.jpeg, read, camera.masks, signal));
    if (!opinion) return vote;
    lane = withSecondOpinion(lane, sighting.number, read.frameHash, opinion);
    const heard = lane.sightings.find(({ number }) => number === sighting.number);
    return heard ? voteOf(heard, known.index, voteRules) : vote;
  }

  async function decide(vote: Vote, { frame, known }: Seen): Promise<Decision> {
    const { register: copy, confirmedAtMs } = known;
    const passes = copy.passes.filter((pass) => pass.plate === vote.enrolledPlate);
    const uses = new Map(
      await Promise.all(
        passes.map(
          async ({ passId }) =>
            [passId, await journal.uncountedUses(passId, confirmedAtMs)] as const,
        ),
      ),
    );
    const gateMode: GateMode = copy.gates.find(({ id }) => id === camera.gateId)?.mode ?? "normal";
    const context = {
      register: copy,
      passage,
      gateMode,
      uncountedUses: (passId: string) => uses.get(passId) ?? 0,
      registerAgeMs: Date.now() - confirmedAtMs,
      maxRegisterAgeMs: options.maxRegisterAgeMs,
    };
    return decideAccess(vote, context, frame.capturedAtMs);
  }

  /** Opens for a vehicle that may enter. The pipeline goes on with the next frame meanwhile. */
  async function admit(
    visit: Visit,
    finding: Finding,
    seen: Seen,
    signal: AbortSignal,
  ): Promise<void> {
    const { keeper } = options;
    const plate = plateOf(finding.vote);
    const fired = keeper && (await journal.lastFiring(keeper.gate.id, plate));
    const isRearming = fired && Math.abs(Date.now() - fired.atMs) < REARM_MS;
    // Only the camera that it opened for saw that vehicle leave: another one sees it drive through.
    const isSameView = fired?.cameraId === camera.id;
    if (isRearming && !(isSameView && visits.hasClearedSince(fired.atMs))) {
      // It came through or is about to, or nobody can say whether it did: then a person has to look.
      if (fired.outcome !== "accepted" && fired.outcome !== null)
        await askGuard(visit, finding, seen, signal);
      return;
    }
    visit.state = "granted";
    const commandId = keeper ? uuidv7() : undefined;
    const event = sightingEvent({ ...finding, ...seen, visit, options, commandId });
    const entry = {
      decision: decisionRecord({ ...finding, ...seen, visit, options }),
      events: [event],
      ...(passage === "entry" &&
      finding.decision.kind === "grant" &&
      finding.decision.as === "visitor"
        ? {
            passUse: {
              decisionId: visit.id,
              eventId: event.id,
              passId: finding.decision.pass.passId,
              usedAtMs: seen.frame.capturedAtMs,
            },
          }
        : {}),
    };
    const { promise: commanded, resolve: hasCommanded } = Promise.withResolvers<void>();
    const work = async () => {
      if (keeper && commandId) {
        const command: CommandRecord = {
          id: commandId,
          decisionId: visit.id,
          gateId: keeper.gate.id,
          cause: "automatic",
          plate,
          facts: {
            cameraId: camera.id,
            sightingId: visit.id,
            ...(visit.alertEventId ? { alertEventId: visit.alertEventId } : {}),
          },
          issuedAtMs: seen.frame.capturedAtMs,
          expiresAtMs: seen.frame.capturedAtMs + COMMAND_LIFETIME_MS,
        };
        const deadlineMs = seen.frame.askedAtMs + COMMAND_LIFETIME_MS;
        const end = await keeper.open({ ...entry, command }, deadlineMs, signal, (step) => {
          options.onStep(step, seen.frame);
          if (step === "pulse") hasCommanded();
        });
        log.info({ plate, end: end.kind, cameraId: camera.id }, "vehicle admitted");
        if (end.kind !== "opened" && end.kind !== "duplicate")
          await askGuard(visit, finding, seen, signal);
      } else await journal.record(entry);
      onRecorded();
    };
    track(work().finally(hasCommanded), visit);
    // The vehicle first: its picture takes the processor that its opening needs.
    await commanded;
    await keepPictures(event, finding, seen, signal);
  }

  /** The gate stayed closed for somebody who may enter (safety G9): a person takes over, nothing fires again by itself. */
  async function askGuard(
    visit: Visit,
    finding: Finding,
    seen: Seen,
    signal: AbortSignal,
  ): Promise<void> {
    if (finding.decision.kind !== "grant") return;
    if (visit.alertEventId) {
      visit.state = "failed";
      return;
    }
    const { kind: _grant, as: _as, ...who } = finding.decision;
    const decision: Decision = { kind: "deny", reason: "gate_failed", ...who };
    await alert(visit, { ...finding, decision }, seen, signal);
    visit.state = "failed";
  }

  /** Writes down a vehicle that leaves where nothing holds it, once. */
  async function note(visit: Visit, finding: Finding, seen: Seen, signal: AbortSignal) {
    const event = sightingEvent({ ...finding, ...seen, visit, options });
    await journal.record({
      decision: decisionRecord({ ...finding, ...seen, visit, options }),
      events: [event],
    });
    visit.state = "granted";
    onRecorded();
    await keepPictures(event, finding, seen, signal);
  }

  /** Tells the guard about a vehicle that waits: once a visit, and once more when it turns out to be deny-listed. */
  async function alert(
    visit: Visit,
    finding: Finding,
    seen: Seen,
    signal: AbortSignal,
  ): Promise<void> {
    const isDenied = "reason" in finding.decision && finding.decision.reason === "deny_listed";
    if (visit.alertEventId && !(isDenied && !visit.isDenied)) return;
    const event = sightingEvent({ ...finding, ...seen, visit, options });
    const earlier = visit.alertEventId;
    const events = earlier ? [leftEvent(alertOf(visit, earlier), Date.now()), event] : [event];
    await journal.record({
      decision: decisionRecord({ ...finding, ...seen, visit, options }, event.id),
      events,
    });
    // Only now: what could not be recorded is tried again with the next frame.
    visit.state = "alerted";
    visit.alertEventId = event.id;
    visit.isDenied = isDenied;
    onRecorded();
    log.info(
      { plate: plateOf(finding.vote), why: reasonOf(finding.decision), cameraId: camera.id },
      "waiting for the guard",
    );
    await keepPictures(event, finding, seen, signal);
  }

  /** Vehicles without a readable plate, and vehicles that went away. */
  async function onPresence(seen: Seen, signal: AbortSignal): Promise<void> {
    const { frame, recognition } = seen;
    visits.observeScene(recognition.scene, frame.capturedAtMs);
    const standingForMs = recognition.scene?.standingForMs ?? 0;
    const isHeld = passage !== "free_exit";
    if (isHeld && standingForMs >= NO_PLATE_MS && !visits.isAnyTold()) {
      const visit = visits.ofStanding(frame);
      const event = standingEvent({ ...seen, visit, options });
      await journal.record({ events: [event] });
      visit.state = "alerted";
      visit.alertEventId = event.id;
      onRecorded();
      await keepPictures(event, null, seen, signal);
    }
    await tellDepartures(frame.capturedAtMs);
  }

  /**
   * To be called with each picture, first. A vehicle that waits for a guard has not left because a camera was silent or
   * this process stood still: while nobody could look, its time stands still.
   */
  async function lookAt(nowMs: number): Promise<void> {
    const blindMs = visits.look(nowMs);
    if (blindMs === 0) return;
    for (const visit of visits.all()) {
      const { alertEventId } = visit;
      if (alertEventId && (await journal.isAlertOpen(alertEventId))) visit.lastSeenMs += blindMs;
    }
  }

  async function tellDepartures(nowMs: number): Promise<void> {
    for (const visit of visits.left(nowMs)) {
      const { alertEventId } = visit;
      if (alertEventId && (await journal.isAlertOpen(alertEventId))) {
        await journal.record({
          events: [leftEvent(alertOf(visit, alertEventId), visit.lastSeenMs)],
        });
        onRecorded();
      }
      visits.forget(visit);
    }
  }

  const alertOf = (visit: Visit, eventId: string): OpenAlert => ({
    eventId,
    sightingId: visit.id,
    gateId: camera.gateId,
    cameraId: camera.id,
  });

  async function keepPictures(
    event: Parameters<typeof picturesOf>[0],
    finding: Finding | null,
    { frame }: Seen,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const read = finding?.sighting.reads.at(-1);
      await journal.record({
        pictures: await picturesOf(
          event,
          { ...frame, box: read?.box ?? null, masks: camera.masks },
          recognizer,
          signal,
        ),
      });
      onRecorded();
    } catch (err) {
      if (!signal.aborted)
        log.warn({ err, eventId: event.id }, "an event stays without its picture");
    }
  }

  function track(work: Promise<void>, visit: Visit): void {
    const tracked = work
      .catch((err) => {
        // Doubt about recording keeps the gate closed; the next frame tries again, and the journal knows what was done.
        if (visit.state === "granted") visit.state = "watched";
        log.error(
          { err, plate: visit.plate, cameraId: camera.id },
          "an opening could not be recorded",
        );
      })
      .finally(() => openings.delete(tracked));
    openings.add(tracked);
  }

  return {
    onFrame,
    /** A small picture showed a quiet lane: that is a look at it, too. */
    async onQuiet() {
      await lookAt(Date.now());
      await tellDepartures(Date.now());
    },
    /** Openings under way; wait for them before the process ends. */
    settled: () => Promise.all(openings),
  };
}

/** What a decision looks at: one frame, what it shows, and the register at that moment. */
export interface Seen {
  frame: Frame;
  recognition: Recognition;
  known: KnownRegister;
}

/** A sighting, its vote and what follows from it. */
export interface Finding {
  sighting: Sighting;
  vote: Vote;
  decision: Decision;
  /** What it would be, were the vote sure. */
  ifSure: Decision["kind"];
  voteMs: number;
}

/** A headlamp or a sign gives reads too, that the reader itself hardly believes: no plate to bother a guard with. */
function isPlausible({ sighting, vote }: Finding): boolean {
  return sighting.reads.length >= 3 && vote.confidence >= 0.3;
}

function reasonOf(decision: Decision): AlertReason | string {
  return "reason" in decision ? decision.reason : decision.kind;
}
