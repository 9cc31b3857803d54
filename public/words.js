// The words of the page, Chainlit's and ours. Chainlit asks for them once; they are read along.
export const words = new Promise((resolve) => {
  const fetched = window.fetch
  let read = false
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked)
    if (!read && answer.ok && String(asked[0]?.url ?? asked[0]).includes("/project/translations")) {
      read = true // it is not put back: others may stand before it by now
      answer
        .clone()
        .json()
        .then(({ translation }) => resolve(translation))
    }
    return answer
  }
})

export const word = (translation, path) => path.split(".").reduce((found, name) => found?.[name], translation)
