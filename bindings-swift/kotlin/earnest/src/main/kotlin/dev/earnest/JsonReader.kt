package dev.earnest

/** Reads the text of JSON by RFC 8259, and refuses a name that an object has twice. */
internal class JsonReader(private val text: String, private val deepest: Int, private val field: String = "json") {
    private var at = 0

    fun whole(): Json {
        val found = value(1)
        spaces()
        if (at != text.length) throw wrong("has more behind its end")
        return found
    }

    private fun value(depth: Int): Json {
        spaces()
        if (at == text.length) throw wrong("ends too early")
        return when (val letter = text[at]) {
            '{' -> members(depth)
            '[' -> items(depth)
            '"' -> Json.ofText(string())
            't' -> word("true", Json.ofBoolean(true))
            'f' -> word("false", Json.ofBoolean(false))
            'n' -> word("null", Json.NULL)
            else -> if (letter == '-' || letter in '0'..'9') number() else throw wrong("has an unexpected character")
        }
    }

    private fun members(depth: Int): Json {
        enter(depth)
        val found = LinkedHashMap<String, Json>()
        if (ends('}')) return Json.ofMembers(found)
        do {
            spaces()
            if (at == text.length || text[at] != '"') throw wrong("must have texts as names")
            val name = string()
            spaces()
            if (at == text.length || text[at++] != ':') throw wrong("lacks a colon")
            if (found.put(name, value(depth + 1)) != null) throw wrong("has a name twice")
        } while (goesOn('}'))
        return Json.ofMembers(found)
    }

    private fun items(depth: Int): Json {
        enter(depth)
        val found = ArrayList<Json>()
        if (ends(']')) return Json.ofItems(found)
        do found += value(depth + 1) while (goesOn(']'))
        return Json.ofItems(found)
    }

    private fun enter(depth: Int) {
        if (depth > deepest) throw wrong("is nested deeper than $deepest levels")
        at++
    }

    private fun ends(close: Char): Boolean {
        spaces()
        val ended = at < text.length && text[at] == close
        if (ended) at++
        return ended
    }

    private fun goesOn(close: Char): Boolean {
        spaces()
        if (at == text.length) throw wrong("ends too early")
        return when (text[at++]) {
            ',' -> true
            close -> false
            else -> throw wrong("lacks a comma")
        }
    }

    private fun string(): String {
        val start = ++at
        while (at < text.length && text[at] != '"' && text[at] != '\\' && text[at] >= ' ') at++
        // most texts have nothing to be undone
        if (at < text.length && text[at] == '"') return checked(text.substring(start, at++))
        val made = StringBuilder(text.substring(start, at))
        while (at < text.length) {
            val letter = text[at++]
            when {
                letter == '"' -> return checked(made.toString())
                letter == '\\' -> made.append(escaped())
                letter < ' ' -> throw wrong("has a control character in a text")
                else -> made.append(letter)
            }
        }
        throw wrong("ends within a text")
    }

    private fun checked(found: String): String =
        if (isWhole(found)) found else throw wrong("has half a character: a surrogate without its other half")

    private fun escaped(): Char {
        if (at == text.length) throw wrong("ends within a text")
        return when (val letter = text[at++]) {
            '"', '\\', '/' -> letter
            'n' -> '\n'
            't' -> '\t'
            'r' -> '\r'
            'b' -> '\b'
            'f' -> '\u000c'
            'u' -> hex()
            else -> throw wrong("has an unknown escape in a text")
        }
    }

    private fun hex(): Char {
        val digits = text.substring(at, minOf(at + 4, text.length))
        if (digits.length < 4 || digits.any { Character.digit(it, 16) < 0 || it > 'f' }) throw wrong("has a bad escape in a text")
        at += 4
        return digits.toInt(16).toChar()
    }

    private fun word(word: String, value: Json): Json {
        if (!text.startsWith(word, at)) throw wrong("has an unexpected character")
        at += word.length
        return value
    }

    private fun number(): Json {
        val found = NUMBER.matchAt(text, at) ?: throw wrong("has a malformed number")
        at = found.range.last + 1
        return Json.ofDigits(found.value)
    }

    private fun spaces() {
        while (at < text.length && text[at] in " \n\r\t") at++
    }

    private fun wrong(what: String): EarnestException = invalid(field, "is no JSON at character $at: it $what")

    private companion object {
        val NUMBER = Regex("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")
    }
}
