import Foundation

/// Times as texts: RFC 3339, to the microsecond.
enum Times {
    /// The first microsecond of the year 10000.
    private static let end: Int64 = 253_402_300_800_000_000
    /// The first one of the year 0.
    private static let beginning: Int64 = -62_167_219_200_000_000

    /// The microseconds since 1970 of a text; of what is finer the rest is cut off.
    static func micros(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20,
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] | 0x20 == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = number(bytes, 0, 4), let month = number(bytes, 5, 2), let day = number(bytes, 8, 2),
            let hour = number(bytes, 11, 2), let minute = number(bytes, 14, 2), let second = number(bytes, 17, 2),
            (1...12).contains(month), day >= 1, day <= lastDay(year, month), hour < 24, minute < 60, second < 60
        else { return nil }
        var at = 19
        var fraction: Int64 = 0
        if bytes[at] == UInt8(ascii: ".") {
            let start = at + 1
            at = start
            while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
                if at - start < 6 { fraction = fraction * 10 + Int64(bytes[at] - 0x30) }
                at += 1
            }
            guard at > start, at - start <= 9 else { return nil }
            for _ in min(at - start, 6)..<6 { fraction *= 10 }
        }
        guard let offset = offset(bytes, at) else { return nil }
        let seconds = Int64(days(year, month, day)) * 86_400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset) * 60
        return seconds * 1_000_000 + fraction
    }

    private static func offset(_ bytes: [UInt8], _ at: Int) -> Int? {
        guard at < bytes.count else { return nil }
        if bytes[at] | 0x20 == UInt8(ascii: "z") { return bytes.count == at + 1 ? 0 : nil }
        guard bytes.count == at + 6, bytes[at + 3] == UInt8(ascii: ":"), bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-"),
            let hours = number(bytes, at + 1, 2), let minutes = number(bytes, at + 4, 2), hours < 24, minutes < 60
        else { return nil }
        return (bytes[at] == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }

    private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int? {
        var value = 0
        for byte in bytes[at..<at + count] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    private static func lastDay(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The days since 1970 of a date of the Gregorian calendar, and back: a year begins in March here.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let ofEra = y - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    /// The microseconds from 1970 to 2001, from which a `Date` counts: from 1970 one is lost from 2106 on.
    private static let reference: Int64 = 978_307_200_000_000

    static func date(_ micros: Int64) -> Date {
        Date(timeIntervalSinceReferenceDate: Double(micros - reference) / 1_000_000)
    }

    /// The text of a date, which is of the years 0 to 9999.
    static func text(_ date: Date) -> String? {
        let seconds = date.timeIntervalSinceReferenceDate
        guard seconds.isFinite, abs(seconds) < 1e12 else { return nil }
        // whole seconds apart: a product of all of it would be rounded once more
        let whole = seconds.rounded(.down)
        let micros = Int64(whole) * 1_000_000 + Int64(((seconds - whole) * 1_000_000).rounded()) + reference
        guard micros >= beginning, micros < end else { return nil }
        return text(micros: micros)
    }

    static func text(micros: Int64) -> String {
        let second = floor(micros, 1_000_000)
        let day = floor(second, 86_400)
        let ofDay = second - day * 86_400
        let civil = civil(day)
        let date = "\(padded(civil[0], 4))-\(padded(civil[1], 2))-\(padded(civil[2], 2))"
        let time = "\(padded(ofDay / 3600, 2)):\(padded(ofDay / 60 % 60, 2)):\(padded(ofDay % 60, 2))"
        return "\(date)T\(time).\(padded(micros - second * 1_000_000, 6))Z"
    }

    private static func civil(_ day: Int64) -> [Int64] {
        let shifted = day + 719_468
        let era = floor(shifted, 146_097)
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * ofYear + 2) / 153
        let isNext = month >= 10
        return [yearOfEra + era * 400 + (isNext ? 1 : 0), isNext ? month - 9 : month + 3, ofYear - (153 * month + 2) / 5 + 1]
    }

    private static func floor(_ value: Int64, _ by: Int64) -> Int64 {
        let quotient = value / by
        return value % by < 0 ? quotient - 1 : quotient
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

/// Lengths of time as texts: ISO 8601 in weeks, days, hours, minutes and seconds.
enum Lengths {
    private static let atto: Int64 = 1_000_000_000_000

    /// The text of a length, which is whole microseconds and not below zero.
    static func text(_ length: Duration) -> String? {
        let parts = length.components
        guard parts.attoseconds % atto == 0, parts.seconds >= 0, parts.attoseconds >= 0 else { return nil }
        let micros = parts.attoseconds / atto
        if micros == 0 { return parts.seconds > 0 && parts.seconds % 86_400 == 0 ? "P\(parts.seconds / 86_400)D" : "PT\(parts.seconds)S" }
        var digits = String(micros)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "PT\(parts.seconds).\(digits)S"
    }

    static func read(_ text: String) -> Duration? {
        var rest = Substring(text)
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var total = Duration.zero
        var units: [Character: Int64] = ["W": 604_800, "D": 86_400]
        var isTime = false
        while !rest.isEmpty {
            if rest.first == "T" {
                rest.removeFirst()
                guard !isTime, !rest.isEmpty else { return nil }
                isTime = true
                units = ["H": 3600, "M": 60, "S": 1]
                continue
            }
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            guard let unit = rest.popFirst(), let seconds = units.removeValue(forKey: unit) else { return nil }
            guard let part = part(digits, seconds, mayBeBroken: unit == "S") else { return nil }
            total += part
        }
        return total
    }

    private static func part(_ digits: Substring, _ seconds: Int64, mayBeBroken: Bool) -> Duration? {
        let halves = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = halves.first, let whole = Int64(first), halves.count <= (mayBeBroken ? 2 : 1) else { return nil }
        let product = whole.multipliedReportingOverflow(by: seconds)
        guard !product.overflow else { return nil }
        guard halves.count == 2 else { return .seconds(product.partialValue) }
        guard (1...9).contains(halves[1].count), let nanos = Int64(halves[1] + String(repeating: "0", count: 9 - halves[1].count)) else { return nil }
        return .seconds(product.partialValue) + .microseconds(nanos / 1000)
    }
}
