export interface NewJob {
  /** A UUID. Equal ids are the same job: adding it again changes nothing while it is there. */
  readonly id: string;
  /** Work is shared out fairly between groups. */
  readonly group: string;
  readonly payload: string;
  /** Not before this many milliseconds from now. */
  readonly delayMs?: number;
}

/** A job that this worker holds until its lease runs out. */
export interface Job {
  readonly id: string;
  readonly group: string;
  readonly payload: string;
  /** Counts from 1; tries that ended with `retry`. */
  readonly attempt: number;
  /** How often it was claimed and never given back, this time included: above 1 somebody died with it. */
  readonly claims: number;
  readonly addedAt: number;
  /** Proof of this claim; an older claim of the same job can change nothing. */
  readonly lease: string;
}

export interface QueueFigures {
  readonly ready: number;
  readonly delayed: number;
  readonly leased: number;
  readonly dead: number;
  /** Age of the longest waiting ready job. */
  readonly oldestReadyMs: number;
}

export interface ClaimOptions {
  readonly worker: string;
  /** Groups that already have this many running jobs are passed over. */
  readonly maxPerGroup?: number;
}

/** One named queue. Every method may reject with DISK_FULL or UNAVAILABLE; the job is then as it was before. */
export interface JobQueue {
  readonly name: string;
  readonly leaseMs: number;
  /** True when the job is new. It is on the disk when the promise resolves. */
  add(job: NewJob): Promise<boolean>;
  /** The next job of the group that has waited longest for its turn; undefined when nothing is due. */
  claim(options: ClaimOptions): Promise<Job | undefined>;
  /** Holds the lease for another `leaseMs`. False when it was lost. */
  heartbeat(job: Job): Promise<boolean>;
  /** Done: the job is forgotten. False when the lease was lost. */
  complete(job: Job): Promise<boolean>;
  /** Back into the queue after a pause, with one more attempt counted. */
  retry(job: Job, delayMs: number, reason: string): Promise<boolean>;
  /** Back into the queue as it was, for a worker that stops. */
  release(job: Job): Promise<boolean>;
  /** Out of the queue for good, kept for people to look at. */
  bury(job: Job, reason: string): Promise<boolean>;
  /** Takes a job out whatever its state; a worker that holds it loses its lease. */
  remove(id: string): Promise<void>;
  /** Ends the pauses of a group's delayed jobs. */
  hasten(group: string): Promise<void>;
  figures(): Promise<QueueFigures>;
}

export interface QueueOptions {
  readonly leaseMs?: number;
}

/** Where queues live. */
export interface JobStore {
  queue(name: string, options?: QueueOptions): Promise<JobQueue>;
  close(): Promise<void>;
}

export const DEFAULT_LEASE_MS = 30_000;
