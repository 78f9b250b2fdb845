import { createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#eaf1ff",
  "#d3e0fb",
  "#a6bff3",
  "#779cec",
  "#5080e6",
  "#3a6fe2",
  "#2d65e0",
  "#1f55c8",
  "#154bb3",
  "#003f9f",
];

/** Cool greys with a little blue, from text on dark to the darkest ground. */
const dark: MantineColorsTuple = [
  "#d7dde6",
  "#b3bcc9",
  "#96a1b0",
  "#6d7887",
  "#414b58",
  "#303843",
  "#222932",
  "#181d24",
  "#12161c",
  "#0b0e12",
];

/** The desk's own tones, by the colour that Mantine knows them by. */
const TONES: Record<string, string> = { yellow: "waiting", red: "refused", violet: "fault" };

export const theme = createTheme({
  primaryColor: "accent",
  colors: { accent, dark },
  primaryShade: { light: 7, dark: 5 },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Alert: {
      vars: (_theme: unknown, { color }: { color?: string }) => ({
        root: {
          "--alert-bg": `var(--${TONES[color ?? ""] ?? "waiting"}-ground)`,
          "--alert-color": `var(--${TONES[color ?? ""] ?? "waiting"})`,
        },
      }),
    },
    // The list stands where its field does, so that it is read and scrolled as part of it.
    Select: {
      defaultProps: {
        comboboxProps: { withinPortal: false },
        withScrollArea: false,
        styles: { options: { maxHeight: "16rem", overflowY: "auto" } },
      },
    },
  },
  headings: { fontWeight: "650" },
});
