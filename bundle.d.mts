/** Whether a file is one that can be run from the bundle. */
export function isBundled(file: string): boolean;
/** Makes the bundle when there is none for the sources as they are; gives the path of the JavaScript file to run. */
export function bundled(root: string, file: string): Promise<string>;
/** Builds the control room when there is no build for its sources as they are; gives the folder of its files. */
export function controlRoomBundled(root: string): Promise<string>;
/** Makes a bundle apart, of sources that are changed on their way into it; gives the path of the platform's JavaScript file. */
export function bundleOfChanged(root: string, folder: string, change: (path: string, text: string) => string): Promise<string>;
