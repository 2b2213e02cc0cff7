/** The version of the software, as its packages state it. */
import packageFile from '../package.json' with { type: 'json' };

export const PLATFORM_VERSION: string = packageFile.version;
