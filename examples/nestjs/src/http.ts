// What of Express is used.

export interface Request {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** The id that `EarnestModule` gives every request. */
  correlationId?: string;
}

export interface Response {
  statusCode: number;
  status(code: number): this;
  type(type: string): this;
  send(body: string): this;
  on(event: 'finish', listener: () => void): this;
}

export type NextFunction = () => void;
