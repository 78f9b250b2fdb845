import { Button } from "@mantine/core";
import type { Pass } from "@portero/store";
import { IconBrandWhatsapp, IconDownload, IconShare } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useTenant, useTimes } from "../app/tenant.tsx";
import { download, fileName } from "../ui/csv.ts";
import { dateTime } from "../ui/times.ts";
import { drawPassCard, type PassCard, pictureOf } from "./pass-card.ts";
import classes from "./register.module.css";
import { useScheduleWords } from "./schedule-words.ts";

/** The card of a saved pass, to send: its QR opens the pass on the guard's telephone. */
export function PassCardView({ pass, unitName }: { pass: Pass; unitName: string }) {
  const { t } = useTranslation();
  const { language, timeZone } = useTimes();
  const { membership } = useTenant();
  const scheduleWords = useScheduleWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const from = dateTime(pass.validFromMs, language, timeZone);
  const until = dateTime(pass.validUntilMs, language, timeZone);
  const card: PassCard = {
    link: `${location.origin}/t/${membership.tenantId}/passes?pass=${pass.id}`,
    tenant: membership.tenantName,
    visitor: pass.visitorName,
    unit: unitName,
    plate: pass.plate,
    lines: [
      t("passes.cardFrom", { from }),
      t("passes.cardUntil", { until }),
      ...(pass.schedule ? [scheduleWords(pass.schedule)] : []),
      t("passes.cardUses", { count: pass.maxUses }),
    ],
  };
  const drawn = JSON.stringify(card);
  useEffect(() => {
    let isShown = true;
    const draw = () => {
      if (isShown && canvas.current) drawPassCard(canvas.current, JSON.parse(drawn));
    };
    draw();
    // Drawn with whatever letters there are, and again when its own have come.
    void document.fonts.ready.then(draw);
    return () => {
      isShown = false;
    };
  }, [drawn]);

  const picture = async () =>
    canvas.current &&
    new File(
      [await pictureOf(canvas.current)],
      `${fileName(membership.tenantName, pass.visitorName) || "pass"}.png`,
      { type: "image/png" },
    );
  const invitation = t("passes.invitation", {
    visitor: pass.visitorName,
    tenant: membership.tenantName,
    unit: unitName,
    plate: pass.plate ?? "—",
    from,
    until,
  });
  const mayShare = typeof navigator.canShare === "function";
  return (
    <section className={classes["card"]} aria-label={t("passes.card")}>
      <canvas
        ref={canvas}
        className={classes["cardPicture"]}
        role="img"
        aria-label={t("passes.cardOf", { visitor: pass.visitorName })}
        data-testid="pass-card"
      />
      <div className={classes["cardActions"]}>
        <Button
          component="a"
          href={`https://wa.me/?text=${encodeURIComponent(invitation)}`}
          target="_blank"
          rel="noreferrer"
          leftSection={<IconBrandWhatsapp size={18} />}
          data-testid="pass-whatsapp"
        >
          {t("passes.share")}
        </Button>
        {mayShare && (
          <Button
            variant="default"
            leftSection={<IconShare size={18} />}
            onClick={async () => {
              const file = await picture();
              // Whoever closes the sheet has changed their mind; that is no fault.
              if (file) await navigator.share({ files: [file], text: invitation }).catch(() => {});
            }}
          >
            {t("passes.shareCard")}
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<IconDownload size={18} />}
          onClick={async () => {
            const file = await picture();
            if (file) download(file.name, file);
          }}
          data-testid="pass-download"
        >
          {t("passes.downloadCard")}
        </Button>
      </div>
      <p className={classes["quiet"]}>{t("passes.cardHint")}</p>
    </section>
  );
}
