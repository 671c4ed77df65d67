/** Where one embedded Postgres lives, and as whom its programs run. */
export type Home = {
  path: string;
  data: string;
  socket: string;
  log: string;
  /** Set when we are root: the user that Postgres runs as instead. */
  user: User | undefined;
  programs: string;
  secrets: Secrets;
};

export type User = { uid: number; gid: number };
export type Secrets = { postgres: string; hearten: string };

/** A running postmaster and how to reach it. */
export type Postmaster = {
  pid: number;
  /** A socket folder, or 127.0.0.1. */
  host: string;
  port: number;
  url(user: string, password: string, database: string): string;
};
