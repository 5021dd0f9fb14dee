// The static part of the SDK as far as reading a module's types needs it.
export type CallbackFct = (client: unknown) => Promise<void>;
export type ConnectOpts = { Workdir?: string; LogOutput?: unknown };
export type ArgumentOptions = { defaultPath?: string; ignore?: string[] };
export class Context {}
export function connect(callback: CallbackFct, options?: ConnectOpts): Promise<void>;
export function connection(callback: () => Promise<void>, options?: ConnectOpts): Promise<void>;
export function entrypoint(files: string[]): Promise<void>;
export function getTracer(name?: string): unknown;
export function object(): ClassDecorator;
export function enumType(): ClassDecorator;
export function func(options?: unknown): MethodDecorator & PropertyDecorator;
export function field(alias?: string): PropertyDecorator;
export function check(): MethodDecorator;
export function argument(options?: ArgumentOptions): ParameterDecorator;
