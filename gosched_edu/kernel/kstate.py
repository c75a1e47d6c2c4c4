"""The numba type of the state: one machine word (see `gosched_edu.kernel.state`).

``S.field`` loads the base pointer from the table and types as a C pointer to the
field's dtype; indexing it is a plain load or store. This file is the only one that
uses numba's extension interface.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core.extending import infer_getattr, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, models, register_model, typeof_impl, unbox

from gosched_edu.kernel.state import FIELDS, State


class KStateType(types.Type):  # type: ignore[misc]
    """The type of S in compiled code."""

    def __init__(self) -> None:
        super().__init__("KState")


kstate_type = KStateType()
_POINTERS = {f.name: (i, types.CPointer(from_dtype(np.dtype(f.dtype)))) for i, f in enumerate(FIELDS)}


@register_model(KStateType)
class _Model(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, fe_type: Any) -> None:
        super().__init__(manager, fe_type, ir.IntType(64))


@typeof_impl.register(State)
def _typeof(value: State, context: Any) -> KStateType:
    return kstate_type


@unbox(KStateType)
def _unbox(typ: Any, obj: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(obj, "addr")
    value = c.pyapi.long_as_longlong(address)
    c.pyapi.decref(address)
    return NativeValue(value)


@infer_getattr
class _Fields(AttributeTemplate):  # type: ignore[misc]
    key = KStateType

    def generic_resolve(self, typ: Any, attr: str) -> Any:
        found = _POINTERS.get(attr)
        return found[1] if found else None


@lower_getattr_generic(KStateType)
def _load(context: Any, builder: Any, typ: Any, value: Any, attr: str) -> Any:
    index, pointer = _POINTERS[attr]
    # places of 8 bytes, also where an address has 4
    place = builder.add(value, ir.Constant(value.type, 8 * index))
    pointer_type = context.get_value_type(pointer)
    pointer_value = builder.load(builder.inttoptr(place, pointer_type.as_pointer()))
    # arrays grow between calls of the kernel only, so LLVM may keep the pointer in a register
    pointer_value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return pointer_value
