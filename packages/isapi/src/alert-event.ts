import { deviceClockMs } from "./device-reads.ts";
import { childAt, childrenOf, numberAt, textAt, type XmlNode } from "./xml.ts";

interface AlertBase {
  /** Null when the device does not say one. */
  channelId: number | null;
  /** The device's word for it, e.g. `linedetection`. */
  eventType: string;
  isActive: boolean;
  /** The device's clock as Unix ms, or null when it does not say its offset. */
  deviceMs: number | null;
}

/** A part of a picture as fractions [0, 1] of its width and height. */
export interface PlateArea {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A picture the camera sent along. */
export interface AlertPicture {
  /** E.g. `licensePlatePicture.jpg`, `detectionPicture.jpg`. */
  name: string;
  jpeg: Uint8Array;
}

/** A plate the camera itself has read. */
export interface PlateAlert extends AlertBase {
  kind: "plate";
  /** As the camera wrote it; null for `unknown`. */
  plate: string | null;
  /** Probability in [0, 1], or null. */
  confidence: number | null;
  /** One probability per character, or empty. */
  characterConfidences: readonly number[];
  direction: "forward" | "reverse" | "unknown";
  lane: number | null;
  vehicleType: string | null;
  plateArea: PlateArea | null;
  /** A replay after an outage: record it, never open for it. */
  isRetransmission: boolean;
  /** The same event may come twice; this tells. */
  uuid: string | null;
  pictures: readonly AlertPicture[];
}

/** What an alertStream says. */
export type AlertEvent =
  | (AlertBase & { kind: "heartbeat" | "motion" | "line_crossing" | "field_detection" | "other" })
  | PlateAlert;

/** An event whose pictures may still be on their way. */
export interface AnnouncedAlert {
  event: AlertEvent;
  pictureNames: readonly string[];
}

const KINDS: Record<string, Exclude<AlertEvent["kind"], "plate" | "heartbeat">> = {
  vmd: "motion",
  linedetection: "line_crossing",
  fielddetection: "field_detection",
};
const MAX_PICTURES = 8;

/** Reads an `EventNotificationAlert`, from XML or from JSON of the same names. */
export function alertEventOf(root: XmlNode): AnnouncedAlert | null {
  const eventType = textAt(root, "eventType");
  if (!eventType) return null;
  const channel = numberAt(root, "channelID") ?? numberAt(root, "dynChannelID");
  const base: AlertBase = {
    channelId: channel || null,
    eventType,
    isActive: textAt(root, "eventState")?.toLowerCase() === "active",
    deviceMs: deviceClockMs(textAt(root, "dateTime") ?? ""),
  };
  const type = eventType.toLowerCase();
  if (type === "anpr") return plateAlertOf(root, base);
  const isHeartbeat = type === "videoloss" && !base.isActive;
  const kind = isHeartbeat || type === "heartbeat" ? "heartbeat" : (KINDS[type] ?? "other");
  return { event: { ...base, kind }, pictureNames: [] };
}

function plateAlertOf(root: XmlNode, base: AlertBase): AnnouncedAlert {
  const anpr = childAt(root, "ANPR") ?? root;
  const plate = textAt(anpr, "licensePlate");
  const direction = textAt(anpr, "direction");
  const pictures = childrenOf(childAt(anpr, "pictureInfoList"), "pictureInfo");
  const names = pictures.slice(0, MAX_PICTURES).map((node) => textAt(node, "fileName") ?? "");
  const announced = Math.min(MAX_PICTURES, numberAt(root, "picNum") ?? names.length);
  const event: PlateAlert = {
    ...base,
    kind: "plate",
    plate: plate?.toLowerCase() === "unknown" ? null : plate,
    confidence: probability(textAt(anpr, "confidenceLevel")),
    characterConfidences: characterConfidencesOf(textAt(anpr, "plateCharBelieve")),
    direction: direction === "forward" || direction === "reverse" ? direction : "unknown",
    lane: numberAt(anpr, "line"),
    vehicleType: textAt(anpr, "vehicleType"),
    plateArea: plateAreaOf(root, pictures),
    isRetransmission: textAt(root, "isDataRetransmission")?.toLowerCase() === "true",
    uuid: textAt(root, "UUID"),
    pictures: [],
  };
  return { event, pictureNames: Array.from({ length: announced }, (_, at) => names[at] ?? "") };
}

/** `plateRect` comes in pixels of the background picture, in fractions, or in ten-thousandths. */
function plateAreaOf(root: XmlNode, pictures: readonly XmlNode[]): PlateArea | null {
  const rect = pictures.map((node) => childAt(node, "plateRect")).find((found) => found);
  if (!rect) return null;
  const numbers = ["X", "Y", "width", "height"].map((name) => numberAt(rect, name));
  const [left, top, width, height] = numbers.map((value) => value ?? -1);
  if (left === undefined || top === undefined || !width || !height) return null;
  if (Math.min(left, top, width, height) < 0) return null;
  const [right, bottom] = [left + width, top + height];
  if (Math.max(right, bottom) <= 1.0001) return { left, top, width, height };
  const background = childAt(root, "detectionBackgroundImageResolution");
  const widthPx = background ? numberAt(background, "width") : null;
  const heightPx = background ? numberAt(background, "height") : null;
  if (widthPx && heightPx && right <= widthPx && bottom <= heightPx) {
    return scaled(left, top, width, height, widthPx, heightPx);
  }
  if (Math.max(right, bottom) > 10_000) return null;
  return scaled(left, top, width, height, 10_000, 10_000);
}

function scaled(
  left: number,
  top: number,
  width: number,
  height: number,
  byX: number,
  byY: number,
) {
  return { left: left / byX, top: top / byY, width: width / byX, height: height / byY };
}

function characterConfidencesOf(text: string | null): number[] {
  const values = (text ?? "").split(",").map(probability);
  return values.every((value) => value !== null) ? values : [];
}

function probability(percent: string | null): number | null {
  if (percent === null || !/^\d{1,3}(\.\d+)?$/.test(percent.trim())) return null;
  return Math.min(1, Number(percent) / 100);
}
