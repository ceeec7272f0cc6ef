/** The page's picture of the runs: what it was told at the start, brought up to date by each piece of news. */
import type { News, RunId, RunSnapshot } from '../worker/protocol';

export type Runs = Readonly<Partial<Record<RunId, RunSnapshot>>>;

export function withRun(runs: Runs, run: RunSnapshot): Runs {
  return { ...runs, [run.runId]: run };
}

export function withNews(runs: Runs, news: News): Runs {
  if (news.type === 'run.replaced') return withRun(runs, news.run);
  if (!('runId' in news)) return runs;
  const run = runs[news.runId];
  if (!run) return runs;
  switch (news.type) {
    case 'run.status':
      return withRun(runs, { ...run, status: news.status, stepsDone: news.stepsDone, trainedMs: news.trainedMs });
    case 'run.steps': {
      // Steps that the snapshot already has are told again when a command's answer overtakes the news.
      const known = run.history.at(-1)?.step ?? 0;
      const steps = news.steps.filter(({ step }) => step > known);
      const last = news.steps.at(-1);
      return withRun(runs, {
        ...run,
        history: steps.length > 0 ? [...run.history, ...steps] : run.history,
        stepsDone: Math.max(run.stepsDone, last?.step ?? 0),
        trainedMs: news.trainedMs,
      });
    }
    case 'run.preview':
      return withRun(runs, { ...run, film: [...run.film.filter((frame) => frame.step < news.frame.step), news.frame] });
    case 'run.judged':
      return withRun(runs, { ...run, checks: [...run.checks.filter(({ step }) => step < news.check.step), news.check] });
    case 'run.saved':
      return withRun(runs, { ...run, savedStep: news.step });
    case 'run.kept':
      return withRun(runs, { ...run, fingerprint: news.fingerprint });
    default:
      return news satisfies never;
  }
}
