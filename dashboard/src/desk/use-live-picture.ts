import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTenant } from "../app/tenant.tsx";

/** The address of a camera's newest live picture; the one before stays until it can be shown whole. */
export function useLivePicture(cameraId: string, pictureAt: string | null): string | null {
  const { data, membership } = useTenant();
  const { data: picture } = useQuery({
    queryKey: [membership.tenantId, "live", cameraId, pictureAt],
    queryFn: ({ signal }) => data.livePicture(cameraId, signal),
    enabled: pictureAt !== null,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 5_000,
    retry: false,
  });
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!picture) return;
    const next = URL.createObjectURL(picture);
    const image = new Image();
    image.src = next;
    let isShown = false;
    let isOver = false;
    image.decode().then(
      () => {
        if (isOver) return;
        isShown = true;
        setUrl((before) => {
          if (before) URL.revokeObjectURL(before);
          return next;
        });
      },
      () => {},
    );
    return () => {
      isOver = true;
      if (!isShown) URL.revokeObjectURL(next);
    };
  }, [picture]);
  return url;
}
