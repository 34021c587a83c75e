import type { Template } from '@/survey/model/template'

/**
 * A complaint is settled: the decision, the service, recommendation, what to improve, other remarks.
 * Satisfaction is asked twice, and a survey has one question of a kind: the service is rated in stars, which count like CSAT.
 * "What to improve" is the open question of this survey, so the follow-up is written but not asked.
 * Asked soon again on purpose: a complaint does not wait for the quarter.
 */
export const complaint: Template = {
  id: 'complaint',
  name: { en: 'Complaint resolved', ru: 'Претензия урегулирована', kz: 'Шағым шешілді', id: 'Keluhan terselesaikan', la: 'Reclamo resuelto' },
  description: {
    en: 'Five questions after a complaint: the decision, the service, recommendation, what to improve, other remarks.',
    ru: 'Пять вопросов после претензии: решение, обслуживание, рекомендация, что улучшить, другие замечания.',
    kz: 'Шағымнан кейінгі бес сұрақ: шешім, қызмет көрсету, ұсыну, нені жақсарту керек, басқа ескертпелер.',
    id: 'Lima pertanyaan setelah keluhan: penyelesaiannya, pelayanan, rekomendasi, hal yang perlu diperbaiki, catatan lain.',
    la: 'Cinco preguntas después de un reclamo: la solución, la atención, la recomendación, qué mejorar y otros comentarios.'
  },
  questions: [
    {
      id: 'decision',
      type: 'csat',
      required: true,
      text: {
        en: 'How satisfied are you with the decision on your complaint?',
        ru: 'Насколько вас устраивает решение по вашему обращению?',
        kz: 'Өтінішіңіз бойынша қабылданған шешімге қаншалықты ризасыз?',
        id: 'Seberapa puas Anda dengan penyelesaian keluhan Anda?',
        la: '¿Qué tan satisfactoria le parece la solución a su reclamo?'
      },
      low: { en: 'Not at all', ru: 'Совсем не устраивает', kz: 'Мүлде риза емеспін', id: 'Sangat tidak puas', la: 'Nada satisfactoria' },
      high: { en: 'Completely', ru: 'Полностью устраивает', kz: 'Толық ризамын', id: 'Sangat puas', la: 'Muy satisfactoria' }
    },
    {
      id: 'service',
      type: 'stars',
      required: false,
      text: {
        en: 'How would you rate the service you received?',
        ru: 'Как вы оцениваете качество обслуживания?',
        kz: 'Қызмет көрсету сапасын қалай бағалайсыз?',
        id: 'Bagaimana penilaian Anda terhadap kualitas pelayanan kami?',
        la: '¿Cómo califica la atención que recibió?'
      },
      low: { en: 'Very poor', ru: 'Очень плохо', kz: 'Өте нашар', id: 'Sangat buruk', la: 'Muy mala' },
      high: { en: 'Excellent', ru: 'Отлично', kz: 'Өте жақсы', id: 'Sangat baik', la: 'Excelente' }
    },
    {
      id: 'nps',
      type: 'nps',
      required: false,
      text: {
        en: 'How likely are you to recommend us to partners, customers or friends?',
        ru: 'Насколько вероятно, что вы порекомендуете нас партнёрам, заказчикам или друзьям?',
        kz: 'Бізді серіктестеріңізге, клиенттеріңізге немесе достарыңызға ұсыну ықтималдығын қалай бағалайсыз?',
        id: 'Seberapa besar kemungkinan Anda merekomendasikan kami kepada mitra, pelanggan, atau teman Anda?',
        la: '¿Qué tan probable es que nos recomiende a sus socios, clientes o amigos?'
      },
      low: { en: 'Not at all likely', ru: 'Точно не порекомендую', kz: 'Мүлде ұсынбаймын', id: 'Sangat tidak mungkin', la: 'Nada probable' },
      high: { en: 'Extremely likely', ru: 'Обязательно порекомендую', kz: 'Міндетті түрде ұсынамын', id: 'Sangat mungkin', la: 'Muy probable' }
    },
    {
      id: 'improve',
      type: 'long',
      required: false,
      text: {
        en: 'We want you to feel comfortable working with us. What should we improve?',
        ru: 'Мы хотим, чтобы вам было комфортно с нами работать. Что нам стоит улучшить?',
        kz: 'Бізбен жұмыс істеу Сізге жайлы болғанын қалаймыз. Нені жақсартуымыз керек?',
        id: 'Kami ingin Anda merasa nyaman bekerja sama dengan kami. Apa yang perlu kami perbaiki?',
        la: 'Queremos que se sienta a gusto trabajando con nosotros. ¿Qué deberíamos mejorar?'
      }
    },
    {
      id: 'remarks',
      type: 'long',
      required: false,
      text: {
        en: 'Do you have any other questions, remarks or wishes?',
        ru: 'Остались ли у вас вопросы, замечания или пожелания?',
        kz: 'Тағы сұрақтарыңыз, ескертпелеріңіз немесе тілектеріңіз бар ма?',
        id: 'Apakah Anda masih punya pertanyaan, catatan, atau saran lain?',
        la: '¿Tiene otras preguntas, comentarios o sugerencias?'
      }
    }
  ],
  followUp: {
    asked: false,
    text: {
      high: {
        en: 'What did you like about the way we handled it?',
        ru: 'Что вам понравилось в том, как мы решили вопрос?',
        kz: 'Мәселені шешкенімізде Сізге не ұнады?',
        id: 'Apa yang Anda sukai dari cara kami menanganinya?',
        la: '¿Qué le gustó de cómo manejamos su reclamo?'
      },
      middle: {
        en: 'What would have made the decision better for you?',
        ru: 'Чего не хватило в нашем решении?',
        kz: 'Шешімімізде не жетіспеді?',
        id: 'Apa yang kurang dari penyelesaian kami?',
        la: '¿Qué le faltó a nuestra solución?'
      },
      low: {
        en: 'What is wrong with the decision? We will look at it again.',
        ru: 'Что вас не устраивает в решении? Мы рассмотрим его ещё раз.',
        kz: 'Шешімнің несі көңіліңізден шықпады? Оны қайта қараймыз.',
        id: 'Apa yang belum sesuai dari penyelesaian kami? Kami akan meninjaunya kembali.',
        la: '¿Qué no le convence de la solución? La revisaremos de nuevo.'
      }
    }
  },
  thankYou: {
    high: {
      en: 'Thank you! We are glad we could settle it.',
      ru: 'Спасибо! Рады, что удалось всё решить.',
      kz: 'Рақмет! Мәселе шешілгеніне қуаныштымыз.',
      id: 'Terima kasih! Kami senang masalah ini sudah selesai.',
      la: '¡Gracias! Nos alegra haberlo resuelto.'
    },
    middle: {
      en: 'Thank you! We will think about what we can do better.',
      ru: 'Спасибо! Подумаем, что можем сделать лучше.',
      kz: 'Рақмет! Нені жақсарта алатынымызды ойластырамыз.',
      id: 'Terima kasih! Kami akan memikirkan apa yang bisa kami perbaiki.',
      la: '¡Gracias! Pensaremos qué podemos hacer mejor.'
    },
    low: {
      en: 'Thank you for telling us. We will go back to your complaint.',
      ru: 'Спасибо, что сказали прямо. Мы вернёмся к вашему обращению.',
      kz: 'Ашық айтқаныңыз үшін рақмет. Өтінішіңізді қайта қараймыз.',
      id: 'Terima kasih sudah berterus terang. Kami akan meninjau kembali keluhan Anda.',
      la: 'Gracias por decírnoslo. Vamos a revisar su reclamo de nuevo.'
    }
  },
  mail: {
    subject: {
      en: 'Are you satisfied with our decision?',
      ru: 'Устраивает ли вас наше решение?',
      kz: 'Шешіміміз көңіліңізден шықты ма?',
      id: 'Apakah penyelesaian keluhan Anda memuaskan?',
      la: '¿Le parece bien nuestra solución?'
    },
    body: {
      en: 'Hello {client},\n\nWe have settled your complaint. It matters to us whether the decision suits you and what we should improve. Five short questions; we read every answer.\n\n{responsible}\n{company}',
      ru: 'Здравствуйте, {client}!\n\nМы приняли решение по вашему обращению. Нам важно знать, устраивает ли оно вас и что нам стоит улучшить. Всего пять коротких вопросов, и мы прочитаем каждый ответ.\n\n{responsible}\n{company}',
      kz: 'Сәлеметсіз бе, {client}!\n\nӨтінішіңіз бойынша шешім қабылдадық. Оның көңіліңізден шыққан-шықпағанын және нені жақсарту керегін білу біз үшін маңызды. Небәрі бес қысқа сұрақ, әр жауапты оқимыз.\n\n{responsible}\n{company}',
      id: 'Halo {client},\n\nKeluhan Anda sudah kami tangani. Penting bagi kami untuk mengetahui apakah penyelesaiannya memuaskan dan apa yang perlu kami perbaiki. Hanya lima pertanyaan singkat, dan setiap jawaban kami baca.\n\n{responsible}\n{company}',
      la: 'Hola, {client}:\n\nYa dimos respuesta a su reclamo. Nos importa saber si la solución le parece bien y qué deberíamos mejorar. Son cinco preguntas cortas y leemos todas las respuestas.\n\n{responsible}\n{company}'
    }
  },
  expiresAfterDays: 14,
  notBeforeDays: 7
}
