// The words of the page, Chainlit's and ours.
export const words = fetch("/project/translations?language=en-US")
  .then((answer) => answer.json())
  .then(({ translation }) => translation)

export const word = (translation, path) => path.split(".").reduce((found, name) => found?.[name], translation)
