/** A mistake of the user's: shown as one clear line, without a stack trace. */
export class SettingsError extends Error {}
