import type {
  ArmId,
  ArmState,
  DemoEvent,
  DemoState,
  MigrationState,
  NetworkState,
  PluginsState,
  Problem,
  SessionFacts,
} from '../../protocol.js';
import { ConditionsHistory } from './conditions-history.js';
import { Run } from './run.js';

/** In the order in which the page shows them. */
export const armIds: readonly ArmId[] = ['eloquence', 'track', 'legacy'];

/** All that the server told, in the form in which the page shows it. */
export class DemoModel {
  facts: SessionFacts | undefined;
  readonly arms = new Map<ArmId, ArmState>();
  network: NetworkState | undefined;
  plugins: PluginsState | undefined;
  migration: MigrationState | undefined;
  /** By code and arm. */
  readonly problems = new Map<string, Problem>();
  run: Run | undefined;
  readonly history = new ConditionsHistory();
  /** Profile in use, as the latest decision left it. */
  profile: string | undefined;

  start(facts: SessionFacts): void {
    this.facts = facts;
    this.#takeState(facts.state);
  }

  apply(event: DemoEvent): void {
    switch (event.kind) {
      case 'hello':
        this.#takeState(event.state);
        break;
      case 'problem':
        this.problems.set(problemKey(event.problem), event.problem);
        break;
      case 'problemEnd':
        this.problems.delete(problemKey(event));
        break;
      case 'arm':
        this.arms.set(event.state.arm, event.state);
        break;
      case 'speakStart':
        this.run = new Run(event.start);
        break;
      case 'conditions':
        this.history.addConditions(event.atMs, event.conditions);
        break;
      case 'decision':
        this.history.addDecision(event.atMs, event.decision);
        if (event.decision.what === 'profile' && event.decision.applied) this.profile = event.decision.to;
        break;
      case 'network':
        this.network = event.network;
        break;
      case 'plugins':
        this.plugins = event.plugins;
        break;
      case 'migration':
        this.migration = event.migration;
        break;
      case 'armStart':
        if (event.arm === 'eloquence') this.profile = event.profile ?? this.profile;
        this.run?.apply(event);
        break;
      default:
        this.run?.apply(event);
    }
  }

  #takeState(state: DemoState): void {
    this.arms.clear();
    for (const arm of state.arms) this.arms.set(arm.arm, arm);
    this.network = state.network;
    this.plugins = state.plugins;
    this.migration = state.migration;
    this.problems.clear();
    for (const problem of state.problems) this.problems.set(problemKey(problem), problem);
    const { speaking } = state;
    if (speaking !== null && speaking.utterance !== this.run?.start.utterance) this.run = new Run(speaking);
  }
}

function problemKey(problem: Pick<Problem, 'code' | 'arm'>): string {
  return `${problem.code}/${problem.arm ?? ''}`;
}
