import { CAMERA_TEST_STEPS, type CameraTestRequest, type CameraTestStep } from "@portero/access";
import type { SiteOrderState } from "@portero/store";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { serverNowMs, useNowMs } from "../app/clock.ts";
import { useTenant } from "../app/tenant.tsx";

const POLL_MS = 600;
/** A worker that lives takes an order within one heartbeat. */
const TAKEN_WITHIN_MS = 10_000;
const DONE_WITHIN_MS = 45_000;

export interface CameraTestView {
  /** Each step as it is now; `waiting` for those that follow the one under way. */
  steps: {
    step: CameraTestStep;
    state: "waiting" | "running" | "ok" | "warning" | "failed";
    code: string | null;
  }[];
  result: SiteOrderState["result"];
  /** Nothing more will come. */
  isOver: boolean;
  /** The site's box never took the order, or never ended it. */
  isUnanswered: boolean;
  orderId: string;
}

/** Asks a site's box to test a camera, and follows it step by step. */
export function useCameraTest(siteId: string) {
  const { data, membership } = useTenant();
  const nowMs = useNowMs();
  const [asked, setAsked] = useState<{ id: string; atMs: number } | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isEnded = (state: SiteOrderState | undefined) =>
    state !== undefined && !["requested", "running"].includes(state.status);
  const { data: order } = useQuery({
    queryKey: [membership.tenantId, "order", asked?.id],
    queryFn: ({ signal }) => data.siteOrder(asked?.id ?? "", signal),
    enabled: asked !== null && nowMs - asked.atMs < DONE_WITHIN_MS,
    refetchInterval: (query) => (isEnded(query.state.data) ? false : POLL_MS),
    gcTime: 0,
  });

  return {
    error,
    isAsking,
    view: asked && viewOf(asked, order, nowMs),
    forget: () => setAsked(null),
    async start(request: CameraTestRequest, seal: (() => Promise<string>) | null): Promise<void> {
      setIsAsking(true);
      setError(null);
      setAsked(null);
      try {
        const sealed = seal && (await seal());
        const id = await data.orderCameraTest(siteId, request, sealed);
        setAsked({ id, atMs: serverNowMs() });
      } catch (cause) {
        setError(cause);
      } finally {
        setIsAsking(false);
      }
    },
  };
}

function viewOf(
  asked: { id: string; atMs: number },
  order: SiteOrderState | undefined,
  nowMs: number,
): CameraTestView {
  const waitedMs = nowMs - asked.atMs;
  const status = order?.status ?? "requested";
  const outcomes = order?.result.outcomes ?? [];
  const isUnanswered =
    status === "expired" ||
    status === "failed" ||
    (status === "requested" && waitedMs > TAKEN_WITHIN_MS) ||
    (status === "running" && waitedMs > DONE_WITHIN_MS);
  const isOver = status === "done" || isUnanswered;
  const steps = CAMERA_TEST_STEPS.map((step, place) => {
    const outcome = outcomes.find((known) => known.step === step);
    if (outcome) return outcome;
    const isNext = place === outcomes.length && !isOver;
    return { step, state: isNext ? ("running" as const) : ("waiting" as const), code: null };
  });
  return {
    steps,
    result: order?.result ?? { outcomes: [] },
    isOver,
    isUnanswered,
    orderId: asked.id,
  };
}
