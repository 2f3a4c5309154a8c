// The recorder: one module that is loaded when, and only when, the customer shows the page.
export { startRecorder, type Problem, type Recorder, type RecorderOptions } from "./recorder";
export type { Frame } from "./frame";
export type { MaskSettings } from "./settings";
