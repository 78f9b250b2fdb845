import { preferences, type Voice } from "./preferences.ts";

/** `alert`: a vehicle waits. `reminder`: it still does. `escalation`: nobody takes it. `fault`: something does not work. */
export type Sound = "alert" | "reminder" | "escalation" | "fault";

/** Notes in Hz with their beginning and length in seconds: told apart by rhythm and pitch, not by loudness. */
const TUNES: Record<Sound, readonly { hz: number; atS: number; forS: number }[]> = {
  alert: [
    { hz: 659, atS: 0, forS: 0.16 },
    { hz: 880, atS: 0.17, forS: 0.32 },
  ],
  reminder: [
    { hz: 880, atS: 0, forS: 0.12 },
    { hz: 880, atS: 0.18, forS: 0.12 },
    { hz: 1109, atS: 0.36, forS: 0.34 },
  ],
  escalation: [
    { hz: 880, atS: 0, forS: 0.16 },
    { hz: 1175, atS: 0.2, forS: 0.16 },
    { hz: 1568, atS: 0.4, forS: 0.3 },
    { hz: 880, atS: 0.9, forS: 0.16 },
    { hz: 1175, atS: 1.1, forS: 0.16 },
    { hz: 1568, atS: 1.3, forS: 0.5 },
  ],
  fault: [
    { hz: 392, atS: 0, forS: 0.26 },
    { hz: 311, atS: 0.28, forS: 0.46 },
  ],
};

/** How each voice sounds: its wave, how far its pitch is moved, and how strong the octave above is. */
const VOICE: Record<Voice, { wave: OscillatorType; pitch: number; octave: number }> = {
  clear: { wave: "sine", pitch: 1, octave: 0.25 },
  soft: { wave: "sine", pitch: 0.75, octave: 0 },
  deep: { wave: "triangle", pitch: 0.5, octave: 0.4 },
};

const listeners = new Set<() => void>();
let context: AudioContext | undefined;

/** False while the browser holds sound back: it wants one click or key first. */
export function isSoundReady(): boolean {
  return context?.state === "running";
}

export function watchSound(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function audio(): AudioContext {
  if (!context) {
    context = new AudioContext();
    context.addEventListener("statechange", () => {
      for (const listener of listeners) listener();
    });
  }
  return context;
}

/** Browsers let a page sound after a first touch: the first one anywhere will do. Stops listening with the signal. */
export function unlockSound(signal: AbortSignal): void {
  const unlock = () => {
    const { state } = audio();
    if (state === "suspended") void audio().resume();
  };
  unlock();
  for (const gesture of ["pointerdown", "keydown"]) {
    document.addEventListener(gesture, unlock, { signal, capture: true });
  }
}

export function play(sound: Sound): void {
  const { volume, isMuted, voice } = preferences();
  const { wave, pitch, octave } = VOICE[voice];
  if (isMuted || volume === 0) return;
  const output = audio();
  if (output.state !== "running") {
    void output.resume();
    return;
  }
  for (const { hz, atS, forS } of TUNES[sound]) {
    const startS = output.currentTime + atS;
    const gain = output.createGain();
    gain.gain.setValueAtTime(0, startS);
    gain.gain.linearRampToValueAtTime(volume * 0.5, startS + 0.012);
    gain.gain.exponentialRampToValueAtTime(0.001, startS + forS);
    gain.connect(output.destination);
    for (const [multiple, share] of [
      [1, 1],
      [2, octave],
    ] as const) {
      const tone = output.createOscillator();
      const level = output.createGain();
      level.gain.value = share;
      tone.type = sound === "fault" ? "triangle" : wave;
      tone.frequency.value = hz * pitch * multiple;
      tone.connect(level).connect(gain);
      tone.start(startS);
      tone.stop(startS + forS + 0.05);
    }
  }
}
