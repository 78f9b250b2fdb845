import "@mantine/core/styles.layer.css";
import { Button, CloseButton, Modal } from "@mantine/core";
import type { CameraZone, Mask } from "@portero/access";
import type { Camera } from "@portero/store";
import { IconFocus2, IconPlus, IconTrash } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import { faultWords } from "../ui/fault-words.ts";
import { CameraPicture } from "./CameraPicture.tsx";
import { CameraTestSteps } from "./CameraTestSteps.tsx";
import classes from "./setup.module.css";
import {
  cornersOf,
  MOST_MASKS,
  moved,
  type Point,
  rectangleBetween,
  stretched,
  withCorner,
  withMoreCorners,
  zoneAround,
  zoneWithCorner,
} from "./shapes.ts";
import { useCameraTest } from "./use-camera-test.ts";
import { useSiteChanges } from "./use-site-changes.ts";

type Chosen = "zone" | number | null;
type Drag =
  | { kind: "draw"; from: Point; what: "zone" | "mask" }
  | { kind: "corner"; place: number }
  | { kind: "move"; last: Point };

const STEP = 0.01;
const START_MASK = rectangleBetween([0.4, 0.4], [0.6, 0.6]) as Mask;
const START_ZONE: CameraZone = {
  leftShare: 0.15,
  topShare: 0.3,
  widthShare: 0.7,
  heightShare: 0.6,
};

/** Where the lane is, and what nobody may see, drawn on what the camera shows now; by pointer or by keys. */
export function ViewEditor(props: { camera: Camera; isSilent: boolean; onClose(): void }) {
  const { camera, isSilent, onClose } = props;
  const { t } = useTranslation();
  const { data } = useTenant();
  const changes = useSiteChanges();
  const test = useCameraTest(camera.siteId);
  const [zone, setZone] = useState<CameraZone | null>(camera.zone);
  const [masks, setMasks] = useState<readonly Mask[]>(camera.masks);
  const [chosen, setChosen] = useState<Chosen>(null);
  const [drawing, setDrawing] = useState<"zone" | "mask" | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const [draft, setDraft] = useState<Mask | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const surface = useRef<SVGSVGElement>(null);

  // A fresh picture, once.
  const { start } = test;
  const startOnce = useRef(start);
  useEffect(() => {
    if (!isSilent) void startOnce.current({ camera_id: camera.id }, null);
  }, [camera.id, isSilent]);

  const shapeOf = (which: Chosen): Mask | null =>
    which === "zone" ? zone && cornersOf(zone) : which === null ? null : (masks[which] ?? null);
  const change = (which: Chosen, shape: Mask) => {
    if (which === "zone") setZone(zoneAround(shape));
    else if (which !== null) setMasks(masks.with(which, shape));
  };
  const remove = (which: Chosen) => {
    if (which === "zone") setZone(null);
    else if (which !== null) setMasks(masks.toSpliced(which, 1));
    setChosen(null);
  };

  const pointOf = (event: PointerEvent): Point => {
    const box = surface.current?.getBoundingClientRect();
    if (!box) return [0, 0];
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const begin = (event: PointerEvent, next: Drag) => {
    event.stopPropagation();
    surface.current?.setPointerCapture(event.pointerId);
    setDrag(next);
  };
  const onMove = (event: PointerEvent) => {
    if (!drag) return;
    const at = pointOf(event);
    const shape = shapeOf(chosen);
    if (drag.kind === "draw") setDraft(rectangleBetween(drag.from, at));
    else if (drag.kind === "corner" && chosen === "zone" && zone)
      setZone(zoneWithCorner(zone, drag.place, at));
    else if (drag.kind === "corner" && shape) change(chosen, withCorner(shape, drag.place, at));
    else if (drag.kind === "move" && shape) {
      change(chosen, moved(shape, at[0] - drag.last[0], at[1] - drag.last[1]));
      setDrag({ kind: "move", last: at });
    }
  };
  const onUp = () => {
    if (drag?.kind === "draw" && draft) {
      if (drag.what === "zone") {
        setZone(zoneAround(draft));
        setChosen("zone");
      } else {
        setMasks([...masks, draft]);
        setChosen(masks.length);
      }
      setDrawing(null);
    }
    setDraft(null);
    setDrag(null);
  };
  const onKey = (which: Chosen) => (event: KeyboardEvent) => {
    const shape = shapeOf(which);
    const arrows: Record<string, Point> = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    };
    const by = arrows[event.key];
    if (!shape || !(by || event.key === "Delete")) return;
    event.preventDefault();
    if (!by) return remove(which);
    change(which, event.shiftKey ? stretched(shape, ...by) : moved(shape, ...by));
  };

  const save = async () => {
    setIsBusy(true);
    setError(null);
    try {
      await data.saveCameraView(camera, { zone, masks });
      changes.refresh();
      onClose();
    } catch (cause) {
      setError(cause);
      setIsBusy(false);
    }
  };

  const title = t("setup.view.title", { camera: camera.name });
  const picture = test.view?.result.picture_path;
  const handles = shapeOf(chosen);
  return (
    <Modal.Root opened onClose={onClose} size="70rem">
      <Modal.Overlay backgroundOpacity={0.4} />
      <Modal.Content aria-label={title}>
        <Modal.Body pt="md">
          <div className={classes["head"]}>
            <h2>{title}</h2>
            <CloseButton size="lg" onClick={onClose} aria-label={t("action.close")} />
          </div>
          <div className={classes["editor"]}>
            <div>
              <div className={classes["stage"]} data-drawing={drawing !== null || undefined}>
                {picture && test.view ? (
                  <CameraPicture
                    path={picture}
                    version={test.view.orderId}
                    alt={t("setup.test.picture", { camera: camera.name })}
                  />
                ) : (
                  <div className={classes["blank"]}>
                    <p>
                      {isSilent
                        ? t("setup.test.silent")
                        : test.view?.isOver
                          ? t("setup.view.noPicture")
                          : t("setup.view.asking")}
                    </p>
                  </div>
                )}
                <svg
                  ref={surface}
                  className={classes["surface"]}
                  viewBox="0 0 1 1"
                  preserveAspectRatio="none"
                  aria-hidden="true"
                  data-testid="view-surface"
                  onPointerDown={(event) => {
                    if (drawing)
                      begin(event, { kind: "draw", from: pointOf(event), what: drawing });
                    else setChosen(null);
                  }}
                  onPointerMove={onMove}
                  onPointerUp={onUp}
                  onPointerCancel={onUp}
                >
                  {zone && (
                    <Shape
                      shape={cornersOf(zone)}
                      kind="zone"
                      isChosen={chosen === "zone"}
                      onGrab={(event) => {
                        if (drawing) return;
                        setChosen("zone");
                        begin(event, { kind: "move", last: pointOf(event) });
                      }}
                    />
                  )}
                  {masks.map((mask, place) => (
                    <Shape
                      // biome-ignore lint/suspicious/noArrayIndexKey: a mask is its place in the list.
                      key={place}
                      shape={mask}
                      kind="mask"
                      isChosen={chosen === place}
                      onGrab={(event) => {
                        if (drawing) return;
                        setChosen(place);
                        begin(event, { kind: "move", last: pointOf(event) });
                      }}
                    />
                  ))}
                  {draft && <Shape shape={draft} kind={drawing ?? "mask"} isChosen />}
                </svg>
                {handles?.map(([x, y], place) => (
                  <span
                    // biome-ignore lint/suspicious/noArrayIndexKey: a corner is its place.
                    key={place}
                    className={classes["handle"]}
                    style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
                    onPointerDown={(event) => begin(event, { kind: "corner", place })}
                  />
                ))}
              </div>
              {!picture && test.view?.isOver && (
                <CameraTestSteps view={test.view} name={camera.name} />
              )}
            </div>
            <div className={classes["shapes"]}>
              <p className={classes["hint"]}>{t("setup.view.lead")}</p>
              <h3>{t("setup.view.zone")}</h3>
              {zone ? (
                <ShapeRow
                  label={t("setup.view.zone")}
                  isChosen={chosen === "zone"}
                  onChoose={() => setChosen("zone")}
                  onKey={onKey("zone")}
                  onRemove={() => remove("zone")}
                />
              ) : (
                <>
                  <p className={classes["hint"]}>{t("setup.view.noZone")}</p>
                  <div className={classes["buttons"]}>
                    <Button
                      variant={drawing === "zone" ? "filled" : "default"}
                      leftSection={<IconFocus2 size={18} />}
                      onClick={() => setDrawing(drawing === "zone" ? null : "zone")}
                      data-testid="draw-zone"
                    >
                      {t("setup.view.drawZone")}
                    </Button>
                    <Button
                      variant="subtle"
                      onClick={() => {
                        setZone(START_ZONE);
                        setChosen("zone");
                      }}
                      data-testid="place-zone"
                    >
                      {t("setup.view.place")}
                    </Button>
                  </div>
                </>
              )}
              <h3>{t("setup.view.masks")}</h3>
              <p className={classes["hint"]}>{t("setup.view.masksHint")}</p>
              {masks.map((_mask, place) => (
                <ShapeRow
                  // biome-ignore lint/suspicious/noArrayIndexKey: a mask is its place in the list.
                  key={place}
                  label={t("setup.view.mask", { number: place + 1 })}
                  isChosen={chosen === place}
                  onChoose={() => setChosen(place)}
                  onKey={onKey(place)}
                  onRemove={() => remove(place)}
                  onMoreCorners={() => change(place, withMoreCorners(masks[place] ?? START_MASK))}
                />
              ))}
              {masks.length < MOST_MASKS && (
                <div className={classes["buttons"]}>
                  <Button
                    variant={drawing === "mask" ? "filled" : "default"}
                    leftSection={<IconPlus size={18} />}
                    onClick={() => setDrawing(drawing === "mask" ? null : "mask")}
                    data-testid="draw-mask"
                  >
                    {t("setup.view.drawMask")}
                  </Button>
                  <Button
                    variant="subtle"
                    onClick={() => {
                      setMasks([...masks, START_MASK]);
                      setChosen(masks.length);
                    }}
                    data-testid="place-mask"
                  >
                    {t("setup.view.place")}
                  </Button>
                </div>
              )}
              <p className={classes["hint"]}>{t("setup.view.keys")}</p>
              {error !== null && (
                <p className={classes["fault"]} role="alert">
                  {faultWords(error, t)}
                </p>
              )}
              <div className={classes["foot"]}>
                <Button variant="default" onClick={onClose}>
                  {t("action.cancel")}
                </Button>
                <Button onClick={() => void save()} loading={isBusy} data-testid="save-view">
                  {t("action.save")}
                </Button>
              </div>
            </div>
          </div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Shape(props: {
  shape: Mask;
  kind: "zone" | "mask";
  isChosen: boolean;
  onGrab?(event: PointerEvent): void;
}) {
  const { shape, kind, isChosen, onGrab } = props;
  return (
    <polygon
      points={shape.map(([x, y]) => `${x},${y}`).join(" ")}
      data-kind={kind}
      data-chosen={isChosen || undefined}
      onPointerDown={onGrab}
    />
  );
}

function ShapeRow(props: {
  label: string;
  isChosen: boolean;
  onChoose(): void;
  onKey(event: KeyboardEvent): void;
  onRemove(): void;
  onMoreCorners?: () => void;
}) {
  const { label, isChosen, onChoose, onKey, onRemove, onMoreCorners } = props;
  const { t } = useTranslation();
  return (
    <div className={classes["shapeRow"]} data-chosen={isChosen || undefined}>
      <button
        type="button"
        onClick={onChoose}
        onFocus={onChoose}
        onKeyDown={onKey}
        aria-pressed={isChosen}
      >
        {label}
      </button>
      {onMoreCorners && (
        <Button variant="subtle" size="compact-sm" onClick={onMoreCorners}>
          {t("setup.view.corner")}
        </Button>
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        color="red"
        onClick={onRemove}
        aria-label={t("setup.view.remove", { shape: label })}
      >
        <IconTrash size={18} aria-hidden="true" />
      </Button>
    </div>
  );
}
