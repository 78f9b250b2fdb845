import type { AddressPolicy } from "./address-policy.ts";
import type { AlertEvent } from "./alert-event.ts";
import { readAlertStream } from "./alert-stream.ts";
import { AuthenticatedClient } from "./authenticated-client.ts";
import { CredentialBudget } from "./credential-budget.ts";
import * as reads from "./device-reads.ts";
import { deviceStatusOf, looksLikeXml, refusalOf, statusOfDocument } from "./device-status.ts";
import { assertUsableCredentials, type Credentials, DigestSession } from "./digest-session.ts";
import * as gate from "./gate-commands.ts";
import { createConnector, type HttpRequest } from "./http-exchange.ts";
import { IsapiError } from "./isapi-error.ts";
import { RequestQueue } from "./request-queue.ts";
import type { SnapshotSize, SnapshotSource } from "./snapshot.ts";
import { asksForProxy, jpegOf, MAX_SNAPSHOT_BYTES, snapshotPath } from "./snapshot.ts";
import { parseXml, type XmlDocument } from "./xml.ts";

export interface IsapiDeviceOptions {
  /** E.g. `http://192.168.1.64`; a path is ignored. */
  baseUrl: string;
  /** Null sends none, ever: for discovery. */
  credentials: Credentials | null;
  /** Where devices may live (X4). */
  allowAddress: AddressPolicy;
  /** To be shared with whatever else talks to the same device, and kept across restarts. */
  budget?: CredentialBudget;
  /** For one answer; default 5 s. */
  timeoutMs?: number;
  /** For the answer to a gate command; default 3 s. */
  commandTimeoutMs?: number;
  /** Without a byte for so long an event stream counts as dead; default 30 s. */
  silenceMs?: number;
  /** Send the password in the clear to cameras that offer nothing better. */
  allowBasic?: boolean;
  /** The one certificate trusted for `https:`. */
  certificatePem?: string;
  /** Unix ms. */
  nowMs?: () => number;
  /** In [0, 1). */
  random?: () => number;
}

/** One Hikvision device. Use one for each physical device: it keeps the one queue it can bear. */
export type IsapiDevice = ReturnType<typeof createIsapiDevice>;

const MAX_TEXT_BYTES = 64 * 1024;
const MAX_LIST_BYTES = 64 * 1024;
const MAX_DEVICE_ERRORS = 2;
const PICTURES_WITHIN_MS = 2_000;

/**
 * A client of one device. Reads throw; gate commands return what became of them.
 * Nothing is sent before the first call.
 * @throws {IsapiError} `bad_options`
 */
export function createIsapiDevice(options: IsapiDeviceOptions) {
  const baseUrl = baseUrlOf(options.baseUrl);
  const { credentials, timeoutMs = 5_000, random = Math.random, nowMs = Date.now } = options;
  if (credentials) assertUsableCredentials(credentials);
  const connector = createConnector(baseUrl, options.allowAddress, options.certificatePem);
  const client = new AuthenticatedClient({
    connector,
    session: credentials && new DigestSession(credentials),
    budget: options.budget ?? new CredentialBudget(),
    allowBasic: options.allowBasic ?? false,
  });
  const queue = new RequestQueue({ random });
  const commandLimits = {
    timeoutMs: options.commandTimeoutMs ?? 3_000,
    maxBytes: MAX_TEXT_BYTES,
  };
  const actuator: gate.Actuator = {
    queue,
    random,
    send: ({ path, ...request }) =>
      client.request(requestFor(path, request), commandLimits, new AbortController().signal),
  };
  const lastXml = new Map<string, { body: Uint8Array; document: XmlDocument }>();
  let source: SnapshotSource = "camera";

  function requestFor(path: string, request: Omit<HttpRequest, "url">): HttpRequest {
    return { ...request, url: new URL(path, baseUrl) };
  }

  function readXml(path: string, signal: AbortSignal): Promise<XmlDocument> {
    return queue.read(async (turn) => {
      const limits = { timeoutMs, maxBytes: MAX_LIST_BYTES };
      const answer = await client.request(requestFor(path, { method: "GET" }), limits, turn);
      // A barrier that is asked every second says the same for hours.
      const known = lastXml.get(path);
      if (answer.status === 200 && known && Buffer.compare(known.body, answer.body) === 0)
        return known.document;
      const document = looksLikeXml(answer.body) ? parseXml(answer.body) : null;
      const said = document ? statusOfDocument(document) : deviceStatusOf(answer.body);
      if (said && said.statusCode !== 1) throw refusalOf(said, answer.status);
      if (answer.status !== 200) throw refusalOf(null, answer.status);
      if (!document) throw new IsapiError("bad_content", `no XML from ${path}`, { sent: true });
      lastXml.set(path, { body: answer.body, document });
      return document;
    }, signal);
  }

  function readPicture(path: string, signal: AbortSignal): Promise<Uint8Array> {
    return queue.read(async (turn) => {
      const limits = { timeoutMs, maxBytes: MAX_SNAPSHOT_BYTES };
      return jpegOf(await client.request(requestFor(path, { method: "GET" }), limits, turn));
    }, signal);
  }

  /** A `deviceError` often passes by itself. */
  async function readPicturePatiently(path: string, signal: AbortSignal): Promise<Uint8Array> {
    for (let errors = 0; ; errors++) {
      try {
        return await readPicture(path, signal);
      } catch (error) {
        const isDeviceError = error instanceof IsapiError && error.code === "device_error";
        if (!isDeviceError || errors === MAX_DEVICE_ERRORS) throw error;
      }
    }
  }

  return {
    /** One JPEG frame from `channelId`, e.g. 101 = input 1, main stream. @throws {IsapiError} */
    async snapshot(
      channelId: number,
      size: SnapshotSize,
      signal: AbortSignal,
    ): Promise<Uint8Array> {
      try {
        return await readPicturePatiently(snapshotPath(source, channelId, size), signal);
      } catch (error) {
        if (source === "nvr" || !asksForProxy(error)) throw error;
        const jpeg = await readPicturePatiently(snapshotPath("nvr", channelId, size), signal);
        source = "nvr";
        return jpeg;
      }
    },

    /** Who the device is; also the one probe of credentials. @throws {IsapiError} */
    async deviceInfo(signal: AbortSignal): Promise<reads.DeviceInfo> {
      return reads.deviceInfoOf(await readXml("/ISAPI/System/deviceInfo", signal));
    },

    /** The device's clock beside ours. @throws {IsapiError} */
    async time(signal: AbortSignal): Promise<reads.DeviceTime> {
      return queue.read(async (turn) => {
        const startedMs = nowMs();
        const request = requestFor("/ISAPI/System/time", { method: "GET" });
        const answer = await client.request(request, { timeoutMs, maxBytes: MAX_TEXT_BYTES }, turn);
        const middleMs = (startedMs + nowMs()) / 2;
        const said = deviceStatusOf(answer.body);
        if (said || answer.status !== 200) throw refusalOf(said, answer.status);
        return reads.deviceTimeOf(parseXml(answer.body), middleMs);
      }, signal);
    },

    /** The inputs of a camera, or of the cameras behind an NVR. @throws {IsapiError} */
    async channels(signal: AbortSignal): Promise<reads.Channel[]> {
      try {
        return reads.channelsOf(await readXml("/ISAPI/System/Video/inputs/channels", signal));
      } catch (error) {
        if (!(error instanceof IsapiError) || error.code !== "unsupported") throw error;
        return reads.channelsOf(await readXml("/ISAPI/ContentMgmt/InputProxy/channels", signal));
      }
    },

    /** A loop detector or a position contact. @throws {IsapiError} */
    async inputState(inputId: number, signal: AbortSignal): Promise<reads.IoState> {
      return reads.ioStateOf(await readXml(`/ISAPI/System/IO/inputs/${inputId}/status`, signal));
    },

    /** The level of a relay. @throws {IsapiError} */
    async outputState(outputId: number, signal: AbortSignal): Promise<reads.IoState> {
      return reads.ioStateOf(await readXml(`/ISAPI/System/IO/outputs/${outputId}/status`, signal));
    },

    /** Whether our account is in order. Counts as a log-in. @throws {IsapiError} */
    async userCheck(signal: AbortSignal): Promise<reads.UserCheck> {
      return reads.userCheckOf(await readXml("/ISAPI/Security/userCheck", signal));
    },

    /** Where the barrier's arm is. @throws {IsapiError} */
    async barrierPosition(channel: number, signal: AbortSignal): Promise<reads.BarrierPosition> {
      const path = `/ISAPI/Parking/channels/${channel}/barrierGate/barrierGateStatus`;
      return reads.barrierPositionOf(await readXml(path, signal));
    },

    /**
     * High, then low. Answers as soon as the device took the rising edge; wait for `released` before
     * the process ends. `signal` withdraws a command that is not sent yet; a sent one is followed to its end.
     */
    pulseRelay(
      outputId: number,
      command: gate.GateCommandOptions & { highMs?: number },
      signal: AbortSignal,
    ): Promise<gate.RelayPulse> {
      return gate.pulseRelay(actuator, outputId, command, signal);
    },

    /**
     * Brings a relay's output down, for certain if it can be: at every start, and as a watchdog (G11).
     * Tries for a minute unless told otherwise.
     */
    releaseRelay(outputId: number, tryForMs?: number): Promise<gate.RelayRelease> {
      return gate.releaseRelay(actuator, outputId, tryForMs);
    },

    /** Commands the barrier of one parking channel, usually 1. `accepted` does not mean that it moved. */
    commandBarrier(
      channel: number,
      action: gate.BarrierAction,
      command: gate.GateCommandOptions,
      signal: AbortSignal,
    ): Promise<gate.GateCommandResult> {
      return gate.commandBarrier(actuator, channel, action, command, signal);
    },

    /** Commands a door of an access controller. */
    commandDoor(
      doorId: number,
      action: gate.DoorAction,
      command: gate.GateCommandOptions,
      signal: AbortSignal,
    ): Promise<gate.GateCommandResult> {
      return gate.commandDoor(actuator, doorId, action, command, signal);
    },

    /**
     * The events of one connection, beside all other requests; open one per device, not per channel.
     * Ends when the device closes it. The caller reconnects, with its own backoff.
     * @throws {IsapiError} `timeout` after 30 s without a byte, `unsupported` where there is no stream
     */
    async *alertStream(signal: AbortSignal): AsyncGenerator<AlertEvent, void, undefined> {
      const stop = new AbortController();
      const onAbort = () => stop.abort(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      const opening = setTimeout(() => {
        stop.abort(new IsapiError("timeout", `no event stream within ${timeoutMs} ms`));
      }, timeoutMs);
      try {
        signal.throwIfAborted();
        const request = requestFor("/ISAPI/Event/notification/alertStream", { method: "GET" });
        const response = await client.open(request, stop.signal);
        clearTimeout(opening);
        const limits = {
          silenceMs: options.silenceMs ?? 30_000,
          picturesWithinMs: PICTURES_WITHIN_MS,
        };
        yield* readAlertStream(response, limits, stop.signal);
      } finally {
        clearTimeout(opening);
        signal.removeEventListener("abort", onAbort);
        stop.abort();
      }
    },

    /** Closes kept-alive connections. Wait for `released` of every pulse before. */
    close(): void {
      connector.agent.destroy();
    },
  };
}

function baseUrlOf(text: string): URL {
  const url = URL.parse(text);
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    throw new IsapiError("bad_options", "the device's address must begin with http:// or https://");
  }
  if (url.username || url.password) {
    throw new IsapiError("bad_options", "the device's address must not hold a password");
  }
  return new URL(url.origin);
}
