import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type AlertEvent, alertEventOf, type PlateAlert } from "./alert-event.ts";
import { parseXml } from "./xml.ts";

const CAPTURED = readFileSync(new URL("./fixtures/anpr-event.xml", import.meta.url));

function eventOf(xml: string | Uint8Array): AlertEvent | undefined {
  return alertEventOf(parseXml(Buffer.from(xml)).root)?.event;
}

function alert(content: string, xmlns = "http://www.hikvision.com/ver20/XMLSchema"): string {
  return `<EventNotificationAlert version="2.0" xmlns="${xmlns}">${content}</EventNotificationAlert>`;
}

function plateOf(rect: string, resolution = ""): PlateAlert["plateArea"] {
  const event = eventOf(
    alert(
      `<eventType>ANPR</eventType><ANPR><licensePlate>0012345E2</licensePlate><pictureInfoList><pictureInfo>` +
        `<plateRect>${rect}</plateRect></pictureInfo></pictureInfoList></ANPR>${resolution}`,
    ),
  );
  return event?.kind === "plate" ? event.plateArea : null;
}

describe("an event", () => {
  it("is read from a real camera's words", () => {
    const announced = alertEventOf(parseXml(CAPTURED).root);
    expect(announced?.pictureNames).toEqual(["licensePlatePicture.jpg", "detectionPicture.jpg"]);
    expect(announced?.event).toEqual({
      kind: "plate",
      channelId: 1,
      eventType: "ANPR",
      isActive: true,
      deviceMs: Date.UTC(2024, 0, 19, 3, 17, 19),
      plate: "PECT600",
      confidence: 0.97,
      characterConfidences: [0.99, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99],
      direction: "reverse",
      lane: 2,
      vehicleType: "vehicle",
      plateArea: { left: 691 / 2560, top: 397 / 1568, width: 59 / 2560, height: 34 / 1568 },
      isRetransmission: false,
      uuid: "2024011911172144900FlERIduqg06eKsYuvLX072NugIxaHw22mHG5D5KBmWqX",
      pictures: [],
    });
  });

  it.each([
    ["motion", "VMD", "active", "motion"],
    ["a line crossed", "linedetection", "active", "line_crossing"],
    ["an area entered", "fielddetection", "active", "field_detection"],
    ["a heartbeat", "videoloss", "inactive", "heartbeat"],
    ["a real loss of video", "videoloss", "active", "other"],
    ["something new", "faceSnap", "active", "other"],
  ])("tells %s", (_name, type, state, kind) => {
    const content = `<eventType>${type}</eventType><eventState>${state}</eventState>`;
    for (const xmlns of ["http://www.isapi.org/ver20/XMLSchema", "urn:psialliance-org", ""]) {
      expect(eventOf(alert(content, xmlns))?.kind).toBe(kind);
    }
  });

  it("tolerates empty counts, no channel and times without an offset", () => {
    const event = eventOf(
      alert(
        "<channelID></channelID><dateTime>2026-01-01T10:00:00</dateTime><activePostCount></activePostCount>" +
          "<eventType>VMD</eventType><eventState>active</eventState><channelName>Gate & lane</channelName>",
      ),
    );
    expect(event).toMatchObject({ kind: "motion", channelId: null, deviceMs: null });
  });

  it("keeps a plate that looks like a number as it is", () => {
    const event = eventOf(
      alert("<eventType>ANPR</eventType><ANPR><licensePlate>0012345E2</licensePlate></ANPR>"),
    );
    expect(event).toMatchObject({ plate: "0012345E2" });
  });

  it("knows a replay, and a plate the camera could not read", () => {
    const event = eventOf(
      alert(
        "<eventType>ANPR</eventType><ANPR><licensePlate>unknown</licensePlate></ANPR><isDataRetransmission>true</isDataRetransmission>",
      ),
    );
    expect(event).toMatchObject({
      plate: null,
      isRetransmission: true,
      uuid: null,
      confidence: null,
    });
  });

  it("is nothing without a type", () => {
    expect(eventOf(alert("<channelID>1</channelID>"))).toBeUndefined();
  });
});

describe("where the plate is", () => {
  const rect = (x: string, y: string, width: string, height: string) =>
    `<X>${x}</X><Y>${y}</Y><width>${width}</width><height>${height}</height>`;
  const resolution =
    "<detectionBackgroundImageResolution><height>1000</height><width>2000</width></detectionBackgroundImageResolution>";

  it.each([
    [
      "in pixels",
      rect("1000", "500", "200", "100"),
      resolution,
      { left: 0.5, top: 0.5, width: 0.1, height: 0.1 },
    ],
    [
      "in fractions",
      rect("0.5", "0.5", "0.1", "0.1"),
      resolution,
      { left: 0.5, top: 0.5, width: 0.1, height: 0.1 },
    ],
    [
      "in ten-thousandths",
      rect("5000", "5000", "1000", "1000"),
      resolution,
      { left: 0.5, top: 0.5, width: 0.1, height: 0.1 },
    ],
    ["in nothing we know", rect("50000", "5000", "1000", "1000"), resolution, null],
    ["empty", rect("1", "1", "0", "0"), resolution, null],
    ["incomplete", "<X>5</X>", resolution, null],
    ["negative", rect("-5", "5", "10", "10"), resolution, null],
  ])("%s", (_name, xml, background, area) => {
    expect(plateOf(xml, background)).toEqual(area);
  });
});
