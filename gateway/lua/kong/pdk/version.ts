/** The Kong whose behaviour is copied. */
const VERSION = "3.9.1";
const VERSION_NUMBER = 3009001;

export { VERSION, VERSION_NUMBER };
