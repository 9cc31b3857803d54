"""A Chainlit app that does nothing but call the model: what ours is compared with."""

from __future__ import annotations

import os

import chainlit as cl
from openai import AsyncOpenAI

model = AsyncOpenAI()


@cl.on_message
async def on_message(chat_message: cl.Message) -> None:
    answer = cl.Message(content="")
    stream = await model.chat.completions.create(
        model=os.environ["EMAIL_ASSISTANT_MODEL"],
        messages=[{"role": "user", "content": chat_message.content}],
        stream=True,
    )
    async for chunk in stream:
        if chunk.choices and (words := chunk.choices[0].delta.content):
            await answer.stream_token(words)
    await answer.send()
