// Images before and after they were compressed by the run's networks, with their bytes.

import { useEffect, useState } from "preact/hooks";
import { ApiError, type CompressionResult, compressImages, type ExamplesRequest } from "../api.ts";
import { Choice } from "../components/field.tsx";
import { Picture } from "../components/picture.tsx";
import { formatBytes, formatCount, formatNumber } from "../format.ts";

/** What the slider goes through, from fine to coarse. */
const STEPS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 4] as const;
const COUNTS = ["1", "16", "64", "256"] as const;
/** Milliseconds after the last change before the server is asked. */
const PATIENCE = 250;

export interface CompressionPartProps {
  readonly name: string;
  readonly examples: ExamplesRequest;
  readonly roles: readonly string[];
}

export function CompressionPart({ name, examples, roles }: CompressionPartProps) {
  const canBeExact = ["evidence", "posterior", "likelihood"].every((role) => roles.includes(role));
  const [mode, setMode] = useState<"lossy" | "lossless">("lossy");
  const [step, setStep] = useState(STEPS.indexOf(0.5));
  const [count, setCount] = useState<(typeof COUNTS)[number]>("16");
  const [start, setStart] = useState(0);
  const [result, setResult] = useState<CompressionResult>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const of = JSON.stringify(examples);

  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      setBusy(true);
      const request = { ...JSON.parse(of), mode, start, count: Number(count) };
      compressImages(name, mode === "lossy" ? { ...request, step: STEPS[step]! } : request, stop)
        .then(
          (made) => {
            setResult(made);
            setProblem(undefined);
          },
          (error: unknown) => {
            if (stop.signal.aborted) return;
            setProblem(error instanceof Error ? error.message : String(error));
            if (error instanceof ApiError) setResult(undefined);
          },
        )
        .finally(() => setBusy(false));
    }, PATIENCE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [name, of, mode, step, count, start]);

  return (
    <section class="card stack" aria-labelledby="compression" aria-busy={busy}>
      <h2 id="compression">Compression</h2>
      <div class="row">
        <Choice
          label="Coding"
          inline
          words={[
            { value: "lossy", text: "with loss" },
            {
              value: "lossless",
              text: canBeExact ? "without loss" : "without loss (a vae can)",
              disabled: !canBeExact,
            },
          ]}
          value={mode}
          onChange={setMode}
        />
        <Choice label="Images" inline words={COUNTS} value={count} onChange={setCount} />
        {mode === "lossy" && (
          <label class="row step">
            <b>Step of codes</b>
            <input
              type="range"
              min={0}
              max={STEPS.length - 1}
              value={step}
              aria-valuetext={String(STEPS[step])}
              onInput={({ currentTarget }) => setStep(Number(currentTarget.value))}
            />
            <output class="figures">{STEPS[step]}</output>
          </label>
        )}
        <label class="row step">
          <b>First image</b>
          <input
            type="range"
            min={0}
            max={Math.max(0, (result?.of ?? 1000) - 1)}
            value={start}
            onInput={({ currentTarget }) => setStart(Number(currentTarget.value))}
          />
          <output class="figures">{formatCount(start)}</output>
        </label>
      </div>
      {problem !== undefined && <p class="notice">{problem}</p>}
      {result !== undefined && <Result name={name} result={result} />}
    </section>
  );
}

function Result({ name, result }: { readonly name: string; readonly result: CompressionResult }) {
  const { bytes, count, before, after, bitsPerPixel, modelBytes, peakSignalToNoise, mode, examples } = result;
  const rows = [
    ["pixels as they are", bytes.raw],
    ["as PNG", bytes.png],
    ["compressed", bytes.file],
  ] as const;
  return (
    <>
      <div class="two">
        <Picture
          source={before}
          pixelated
          alt="before"
          caption={`before: ${formatBytes(bytes.raw)}`}
          save={`${name} before`}
        />
        <Picture
          source={after}
          pixelated
          alt="after"
          caption={`after: ${formatBytes(bytes.file)}`}
          save={`${name} after`}
        />
      </div>
      <table class="bytes">
        <thead>
          <tr>
            <th scope="col">
              {formatCount(count)} of {examples}
            </th>
            <th scope="col">bytes</th>
            <th scope="col">an image</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, size]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td class="figures">{formatCount(size)}</td>
              <td class="figures">{formatNumber(size / count)}</td>
              <td aria-hidden="true">
                <i
                  class="bar-of"
                  style={{ width: `${(100 * size) / Math.max(bytes.raw, bytes.png, bytes.file)}%` }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">
        {formatNumber(bitsPerPixel)} bits a pixel
        {peakSignalToNoise === undefined
          ? mode === "lossless"
            ? ", every byte the same after"
            : ""
          : `, peak signal to noise ${formatNumber(peakSignalToNoise)} dB`}
        ; decoding also takes the networks, {formatBytes(modelBytes)}.
      </p>
    </>
  );
}
