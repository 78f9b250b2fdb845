import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import classes from "./setup.module.css";

interface CameraPictureProps {
  path: string;
  /** The object is overwritten: another version is another picture. */
  version: string;
  alt: string;
  children?: ReactNode;
}

/** What a camera's test brought, with whatever is drawn on it. */
export function CameraPicture({ path, version, alt, children }: CameraPictureProps) {
  const { t } = useTranslation();
  const { data } = useTenant();
  const [url, setUrl] = useState<string | null>(null);
  const [isLost, setIsLost] = useState(false);
  useEffect(() => {
    let isOver = false;
    setIsLost(false);
    data.snapshotUrl(path).then(
      (signed) => {
        if (isOver) return;
        const picture = new URL(signed);
        picture.searchParams.set("version", version);
        setUrl(picture.href);
      },
      () => !isOver && setIsLost(true),
    );
    return () => {
      isOver = true;
    };
  }, [data, path, version]);
  return (
    <div className={classes["picture"]}>
      {url && !isLost && <img src={url} alt={alt} onError={() => setIsLost(true)} />}
      {isLost && <p className={classes["fault"]}>{t("setup.test.pictureLost")}</p>}
      {children}
    </div>
  );
}
