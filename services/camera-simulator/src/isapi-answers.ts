const XMLNS = 'version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"';
const STATUS_TEXT: Record<number, string> = {
  1: "OK",
  2: "Device Busy",
  3: "Device Error",
  4: "Invalid Operation",
  5: "Invalid XML Format",
  6: "Invalid XML Content",
};

/** The boundary of every alertStream. */
export const STREAM_BOUNDARY = "boundary";

export function xmlDocument(root: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} ${XMLNS}>\n${content}\n</${root}>\n`;
}

export function responseStatus(statusCode: number, subStatus: string, url: string): string {
  return xmlDocument(
    "ResponseStatus",
    `<requestURL>${escaped(url)}</requestURL>\n<statusCode>${statusCode}</statusCode>\n` +
      `<statusString>${STATUS_TEXT[statusCode] ?? ""}</statusString>\n` +
      `<subStatusCode>${subStatus}</subStatusCode>`,
  );
}

/** The body of a 401. */
export function userCheck(
  statusValue: number,
  lock: { isLocked: boolean; unlockAfterMs: number; attemptsLeft: number },
): string {
  return xmlDocument(
    "userCheck",
    `<statusValue>${statusValue}</statusValue>\n` +
      `<statusString>${statusValue === 200 ? "OK" : "Unauthorized"}</statusString>\n` +
      `<isDefaultPassword>false</isDefaultPassword>\n` +
      `<lockStatus>${lock.isLocked ? "lock" : "unlock"}</lockStatus>\n` +
      `<unlockTime>${Math.ceil(lock.unlockAfterMs / 1000)}</unlockTime>\n` +
      `<retryLoginTime>${lock.attemptsLeft}</retryLoginTime>`,
  );
}

/** RFC 3339 with the camera's offset, e.g. `-03:00`. */
export function localTime(ms: number, utcOffset: string): string {
  const sign = utcOffset.startsWith("-") ? -1 : 1;
  const [hours = 0, minutes = 0] = utcOffset.slice(1).split(":").map(Number);
  const shifted = new Date(ms + sign * (hours * 60 + minutes) * 60_000);
  return `${shifted.toISOString().slice(0, 19)}${utcOffset}`;
}

/** One part of an alertStream, as bytes. */
export function streamPart(contentType: string, body: string | Uint8Array, name = ""): Buffer {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const disposition = name ? `Content-Disposition: form-data; name="${name}"\r\n` : "";
  const head = `--${STREAM_BOUNDARY}\r\n${disposition}Content-Type: ${contentType}\r\nContent-Length: ${bytes.byteLength}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from("\r\n")]);
}

/** What an alert says besides its own content. */
export interface AlertFacts {
  eventType: string;
  isActive: boolean;
  description: string;
  dateTime: string;
  content?: string;
}

export function eventAlert(facts: AlertFacts): string {
  return xmlDocument(
    "EventNotificationAlert",
    `<ipAddress>127.0.0.1</ipAddress>\n<portNo>80</portNo>\n<protocol>HTTP</protocol>\n` +
      `<macAddress>00:00:5e:00:53:01</macAddress>\n<channelID>1</channelID>\n` +
      `<dateTime>${facts.dateTime}</dateTime>\n<activePostCount>1</activePostCount>\n` +
      `<eventType>${facts.eventType}</eventType>\n` +
      `<eventState>${facts.isActive ? "active" : "inactive"}</eventState>\n` +
      `<eventDescription>${facts.description}</eventDescription>\n${facts.content ?? ""}`,
  );
}

/** The ANPR part of an alert. */
export function anprContent(plate: string, uuid: string, direction: "forward" | "reverse"): string {
  return (
    `<ANPR>\n<licensePlate>${escaped(plate)}</licensePlate>\n<line>1</line>\n` +
    `<direction>${direction}</direction>\n<confidenceLevel>96</confidenceLevel>\n` +
    `<vehicleType>vehicle</vehicleType>\n<pictureInfoList>\n<pictureInfo>\n` +
    `<fileName>detectionPicture.jpg</fileName>\n<type>detectionPicture</type>\n` +
    `</pictureInfo>\n</pictureInfoList>\n</ANPR>\n<UUID>${uuid}</UUID>\n<picNum>1</picNum>\n` +
    `<isDataRetransmission>false</isDataRetransmission>`
  );
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
